import { StoreError } from '../errors/store-error.ts';
import { ChunkedItems } from './chunked-items.ts';
import { GuardedItems } from './guarded-items.ts';

/**
 * S4: the door of a view. Drivers pass every call and every pull through it, so that what a closed or expired
 * snapshot yields never looks like the end of the data.
 */
export class ViewGate {
  #state: 'open' | 'closed' | 'expired' = 'open';

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  close(): void {
    // An expired view stays expired: that is what its reader has to know.
    if (this.#state === 'open') this.#state = 'closed';
  }

  expire(): void {
    if (this.#state === 'open') this.#state = 'expired';
  }

  /** @throws `SNAPSHOT_CLOSED` or `SNAPSHOT_EXPIRED` */
  check(): void {
    if (this.#state !== 'open') this.refuse();
  }

  /** Why a gate that is shut lets nothing through. @throws `SNAPSHOT_CLOSED` or `SNAPSHOT_EXPIRED` */
  refuse(): never {
    if (this.#state !== 'expired') throw new StoreError('SNAPSHOT_CLOSED', 'the snapshot is closed');
    throw new StoreError(
      'SNAPSHOT_EXPIRED',
      'the snapshot passed its deadline; what was read so far is incomplete',
    );
  }

  /** `items`, with a check before each pull and after it; once the gate is shut, every pull throws. */
  guard<Item>(items: AsyncIterable<Item>): AsyncIterableIterator<Item> {
    return new GuardedItems(this, items);
  }

  /** The same for items that come in chunks: what is at hand is given out without asking `chunks`. */
  guardChunks<Item>(chunks: AsyncIterable<readonly Item[]>): AsyncIterableIterator<Item> {
    return new ChunkedItems(this, chunks);
  }
}
