import { type FrameHeader, frameKinds } from './frame-header.ts';
import type { LostSummary, PruneSummary } from './frame-summary.ts';
import { LinesFrame } from './lines-frame.ts';
import { readLostColumns } from './lost-frame.ts';
import { MalformedError } from './malformed-error.ts';
import { readPrunes } from './prune-columns.ts';

/** What a frame says, whatever its kind. */
export interface FrameContents {
  /** Absent in a frame of lost lines, and in an index, which says nothing of its own. */
  readonly lines?: LinesFrame;
  readonly lost: readonly LostSummary[];
  readonly prunes: readonly PruneSummary[];
}

/** @throws MalformedError */
export function readFrame(header: FrameHeader, content: Buffer, columns: Buffer): FrameContents {
  switch (header.kind) {
    case frameKinds.lines:
      return { lines: new LinesFrame(content, columns), lost: [], prunes: [] };
    case frameKinds.lost:
      return { lost: readLostColumns(columns), prunes: [] };
    case frameKinds.prunes: {
      const { prunes, rest } = readPrunes(columns);
      return { lines: new LinesFrame(content, rest), lost: [], prunes };
    }
    case frameKinds.index:
      return { lost: [], prunes: [] };
    default:
      throw new MalformedError(`no frame is of kind ${header.kind}`);
  }
}
