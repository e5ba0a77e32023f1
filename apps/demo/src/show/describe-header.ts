import type { ShownRun } from '../commands/show.ts';
import type { Colours } from '../output/colours.ts';
import { describeDuration } from '../output/duration.ts';
import { plainText } from '../output/plain-text.ts';
import { localTime, relativeTime } from '../output/relative-time.ts';
import { statusColour, statusText } from '../output/status.ts';
import { table } from '../output/table.ts';
import { shownStatus } from '../reading/shown-status.ts';

/** Status and name, then what is known of the run as a whole. */
export function describeHeader({ execution, live, logs }: ShownRun, now: number, colours: Colours): string {
  const shown = shownStatus(execution.status, { live, session: execution.session });
  const title = `${statusColour(shown.status, colours)(statusText(shown))}  ${colours.bold(plainText(execution.name))}\n`;
  const { startedAt, completedAt } = execution;
  const end = completedAt ?? (live ? now : null);
  const own = logs.find(({ stream }) => stream === execution.id);
  const fields: readonly (readonly [name: string, value: string | null])[] = [
    ['id', execution.id],
    ['command', execution.command],
    ['directory', execution.workingDirectory],
    ['user', execution.user],
    ['tags', execution.tags.join(', ') || null],
    ['started', startedAt === null ? null : `${localTime(startedAt)} (${relativeTime(startedAt, now)})`],
    ['duration', startedAt === null || end === null ? null : describeDuration(end - startedAt)],
    ['exit code', execution.exitCode === null ? null : String(execution.exitCode)],
    ['error', execution.errorMessage],
    ['lines', own === undefined ? null : `${own.lines} outside of steps`],
  ];
  const rows = fields.flatMap(([name, value]) =>
    value === null ? [] : [[{ text: name, style: colours.dim }, { text: plainText(value) }]],
  );
  return title + table(rows, '  ');
}
