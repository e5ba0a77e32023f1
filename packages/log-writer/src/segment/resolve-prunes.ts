import { type LogOp, lineColumnsOf, type PruneResult } from '@stepwell/core';
import type { PruneSummary } from '../format/frame-summary.ts';

/** What is known of a stream before a commit. */
export interface StreamNumbers {
  /** The number of the next line of a stream. */
  next(stream: string): number;
  /** The last line of it that is pruned; 0 for none. */
  prunedThrough(stream: string): number;
}

export interface ResolvedPrunes {
  /** One for each stream of which the commit takes lines. */
  readonly prunes: readonly PruneSummary[];
  /** One for each prune, in order. */
  readonly results: readonly PruneResult[];
}

/** What the prunes of a commit come to, each at its place among the other ops. */
export function resolvePrunes(ops: readonly LogOp[], known: StreamNumbers): ResolvedPrunes {
  if (!ops.some(({ type }) => type === 'prune-lines')) return { prunes: [], results: [] };
  const added = new Map<string, number>();
  const prunes = new Map<string, number>();
  const results: PruneResult[] = [];
  for (const op of ops) {
    const { stream } = op;
    const appended = added.get(stream) ?? 0;
    if (op.type === 'append-lines') {
      added.set(stream, appended + lineColumnsOf(op).count);
      continue;
    }
    const last = known.next(stream) + appended - 1;
    const before = prunes.get(stream) ?? known.prunedThrough(stream);
    const through = Math.max(before, Math.min(op.through ?? last, last));
    if (through > before) prunes.set(stream, through);
    results.push({ stream, first: through + 1 });
  }
  return { prunes: [...prunes].map(([name, through]) => ({ name, through })), results };
}
