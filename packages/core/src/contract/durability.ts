/**
 * S2: what an acknowledged write survives.
 *
 * - `'none'`: nothing yet; `write` resolves once the batch is queued, `flush()` and `close()` lose nothing.
 * - `'process-crash'`: the death of this process, at any instant, by any signal.
 * - `'power-loss'`: also the death of the machine; everything is synced to the device first.
 */
export type Durability = 'none' | 'process-crash' | 'power-loss';

/** What a commit can be made with; `'none'` is a matter of the queue, not of the driver. */
export type CommitDurability = Exclude<Durability, 'none'>;

/** The stronger of the two: a group takes the strongest that one of its batches asks for. */
export function stronger(a: CommitDurability, b: CommitDurability): CommitDurability {
  return a === 'power-loss' ? a : b;
}
