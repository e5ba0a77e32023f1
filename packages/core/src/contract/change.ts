import type { Epoch } from './head.ts';

/** A place in the history of a store: `<lineage>.<epoch>`. Opaque to callers; resume with it. */
export type Cursor = string;

/** One commit, as a follower sees it. */
export interface Change {
  readonly cursor: Cursor;
  readonly epoch: Epoch;
  /** When it was committed, milliseconds since the Unix epoch. */
  readonly at: number;
  /** Ids that were put, by kind. */
  readonly put: Readonly<Record<string, readonly string[]>>;
  /** Ids that were removed, by kind. */
  readonly removed: Readonly<Record<string, readonly string[]>>;
  /** The number of the last line of each log stream that was appended to. */
  readonly extents: Readonly<Record<string, number>>;
}

export interface ChangeOptions {
  readonly signal?: AbortSignal;
}

/** Writes a cursor. */
export function formatCursor(lineage: string, epoch: Epoch): Cursor {
  return `${lineage}.${epoch}`;
}

/** Reads a cursor; `undefined` when it is not one. */
export function parseCursor(cursor: Cursor): { readonly lineage: string; readonly epoch: Epoch } | undefined {
  const [, lineage, digits] = /^(.+)\.(0|[1-9]\d*)$/s.exec(cursor) ?? [];
  const epoch = Number(digits);
  return lineage === undefined || !Number.isSafeInteger(epoch) ? undefined : { lineage, epoch };
}
