import { CheckedLines } from './checked-lines.ts';
import type { LineColumns } from './line-columns.ts';
import { LineGatherer } from './line-gatherer.ts';
import type { AppendLinesOp } from './log-op.ts';

/**
 * The lines of an op that was admitted, as columns: at hand where `appendLines` made it, gathered where it is from
 * elsewhere. For drivers.
 */
export function lineColumnsOf(op: AppendLinesOp): LineColumns {
  const checked = CheckedLines.columnsOf(op);
  if (checked !== undefined) return checked;
  const gatherer = new LineGatherer();
  for (const { content, at, level, source, terminated } of op.lines) {
    gatherer.add({ content, at, level, source, terminated }, at);
  }
  return gatherer.columns();
}
