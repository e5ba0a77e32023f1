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
  const dot = cursor.lastIndexOf('.');
  const epoch = Number(cursor.slice(dot + 1));
  if (dot < 1 || dot === cursor.length - 1 || !Number.isSafeInteger(epoch) || epoch < 0) return undefined;
  return { lineage: cursor.slice(0, dot), epoch };
}
