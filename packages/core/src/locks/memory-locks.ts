import type { Lock, LockHolder, LockProvider, LockRequest } from '../contract/lock.ts';
import { StoreError } from '../errors/store-error.ts';

interface Held {
  readonly exclusive: boolean;
  count: number;
  readonly holder: LockHolder;
}

/** What several providers of one process share: the locks of one place. */
export type MemoryLockTable = Map<string, Held>;

/** Locks for data that lives in this process alone. Providers over one `table` exclude each other. */
export function memoryLocks(table: MemoryLockTable = new Map()): LockProvider {
  const mine = new Set<Lock>();

  function tryTake(name: string, request: LockRequest): Lock | undefined {
    const exclusive = request.mode === 'exclusive';
    const held = table.get(name);
    if (held !== undefined && (exclusive || held.exclusive)) return undefined;
    const entry = held ?? { exclusive, count: 0, holder: holderOf(request) };
    entry.count += 1;
    table.set(name, entry);
    let released = false;
    const lock: Lock = {
      name,
      mode: request.mode,
      release: async () => {
        if (released) return;
        released = true;
        mine.delete(lock);
        entry.count -= 1;
        if (entry.count === 0) table.delete(name);
      },
      [Symbol.asyncDispose]: () => lock.release(),
    };
    mine.add(lock);
    return lock;
  }

  return {
    async acquire(name, request) {
      const until = performance.now() + (request.wait ?? 0);
      for (;;) {
        if (request.signal?.aborted) {
          throw new StoreError('ABORTED', `waiting for the lock ${JSON.stringify(name)} was aborted`, {
            cause: request.signal.reason,
          });
        }
        const lock = tryTake(name, request);
        if (lock !== undefined) return lock;
        if (performance.now() >= until) {
          const code = request.wait ? 'BUSY' : 'LOCKED';
          throw new StoreError(code, `the lock ${JSON.stringify(name)} is held within this process`, {
            details: { holder: table.get(name)?.holder },
          });
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    isHeld: async (name) => table.get(name)?.exclusive ?? false,
    holder: async (name) => table.get(name)?.holder,
    list: async (prefix) => [...table.keys()].filter((name) => name.startsWith(prefix)),
    remove: async (name) => !table.has(name),
    close: async () => {
      for (const lock of [...mine]) await lock.release();
    },
  };
}

function holderOf(request: LockRequest): LockHolder {
  return { pid: process.pid, host: 'this process', since: Date.now(), purpose: request.purpose ?? '' };
}
