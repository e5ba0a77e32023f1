import { StoreError } from '@stepwell/core';
import { checkPointName } from './check-point-name.ts';
import { CrashError } from './crash-error.ts';
import { listenToCrashPoints } from './crash-listeners.ts';

/**
 * How a process dies at a crash point.
 *
 * - `'throw'`: a {@link CrashError} where the point stands; `finally` blocks run, handles stay open.
 * - `'kill'`: SIGKILL to this process; nothing runs after it. Only for a child, see `runChild`.
 */
export type CrashMode = 'throw' | 'kill';

export interface CrashOptions {
  readonly mode: CrashMode;
  /** At which hit of the point, from 1. Default the first. */
  readonly hit?: number;
  /** The names that exist; any other is refused. */
  readonly declared?: readonly string[];
}

/** A crash point that is armed. It fires once; disposing disarms it. */
export interface ArmedCrash extends Disposable {
  readonly point: string;
  /** How often the point was reached so far. */
  readonly hits: number;
  readonly fired: boolean;
}

/**
 * Arms one crash point of this process (SD-38).
 * @throws `INVALID_ARGUMENT` for a name that is not declared, or a hit that is no positive integer
 *
 * @example
 * ```ts
 * import { coreCrashPoints, openStore, putExecution } from '@stepwell/core';
 * import { crashAt, memoryRecords } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryRecords());
 * const armed = crashAt('core:prepared', { mode: 'throw', declared: coreCrashPoints });
 * try {
 *   await store.write([putExecution({ id: 'e1', name: 'nightly', createdAt: 0 })]);
 * } catch (error) {
 *   console.log('not acknowledged:', error);
 * } finally {
 *   armed[Symbol.dispose]();
 *   await store.close();
 * }
 * ```
 */
export function crashAt(point: string, options: CrashOptions): ArmedCrash {
  const { mode, hit = 1, declared } = options;
  checkPointName(point, declared);
  if (!Number.isSafeInteger(hit) || hit < 1) {
    throw new StoreError('INVALID_ARGUMENT', `hit must be a positive integer, not ${hit}`);
  }
  let hits = 0;
  let fired = false;
  const listening = listenToCrashPoints((reached) => {
    if (reached !== point) return;
    hits += 1;
    if (hits !== hit) return;
    fired = true;
    if (mode === 'kill') die();
    throw new CrashError(point);
  });
  return {
    point,
    get hits() {
      return hits;
    },
    get fired() {
      return fired;
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  };
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  // The signal may need a moment to arrive, in which no further effect may happen.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
}
