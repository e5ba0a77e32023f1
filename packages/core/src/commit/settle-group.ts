import type { Verdict } from '../contract/batch.ts';
import type { Epoch } from '../contract/head.ts';
import type { CommitFigures } from './commit-figures.ts';
import type { Entry } from './entry.ts';

/** Tells whoever waits what became of each batch of a group, and counts it. */
export function settleGroup(
  group: readonly Entry<unknown>[],
  verdicts: readonly Verdict[],
  epoch: Epoch,
  figures: CommitFigures,
): void {
  for (const [index, verdict] of verdicts.entries()) {
    const entry = group[index];
    if (entry === undefined) continue;
    if (verdict.state === 'ready') {
      figures.writes += 1;
      figures.ops += entry.batch.ops.length;
      entry.resolve({ epoch, results: verdict.results, duplicate: false });
    } else if (verdict.state === 'duplicate') {
      figures.duplicates += 1;
      entry.resolve({ epoch: verdict.epoch, results: [], duplicate: true });
    } else {
      figures.fault(verdict.error.code);
      entry.reject(verdict.error);
    }
  }
}
