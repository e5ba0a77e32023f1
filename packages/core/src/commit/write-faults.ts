import type { ErrorCode } from '../errors/error-code.ts';

/** What became of a write that was not applied: its own fault, the store's, or its caller took it back. */
export type FaultKind = 'refused' | 'failed' | 'aborted';

/** Codes that say what is wrong with the batch, each counted by a name of its own. */
const refused: Partial<Record<ErrorCode, string>> = {
  CONSTRAINT: 'constraint',
  INVALID_TRANSITION: 'invalid-transition',
  INVALID_ARGUMENT: 'invalid-argument',
  NOT_FOUND: 'other',
  NOT_SUPPORTED: 'other',
};

/** Codes that say what is wrong with the store; all that are named nowhere count as its fault too. */
const failed: Partial<Record<ErrorCode, string>> = {
  BUSY: 'busy',
  NO_SPACE: 'no-space',
  IO: 'io',
  POISONED: 'poisoned',
};

/** The writes that were not applied, by what was wrong. Every name is there from the start, so that no series begins late. */
export class WriteFaults {
  readonly #counts: Record<FaultKind, Map<string, number>> = {
    refused: new Map([...Object.values(refused), 'other'].map((name) => [name, 0])),
    failed: new Map([...Object.values(failed), 'other'].map((name) => [name, 0])),
    aborted: new Map([['aborted', 0]]),
  };

  add(code: ErrorCode): void {
    const [kind, name] = nameOf(code);
    this.#counts[kind].set(name, (this.#counts[kind].get(name) ?? 0) + 1);
  }

  total(kind: FaultKind): number {
    return [...this.#counts[kind].values()].reduce((sum, count) => sum + count, 0);
  }

  /** By name, in an order that stays. */
  by(kind: FaultKind): ReadonlyMap<string, number> {
    return this.#counts[kind];
  }
}

function nameOf(code: ErrorCode): readonly [FaultKind, string] {
  if (code === 'ABORTED') return ['aborted', 'aborted'];
  const name = refused[code];
  return name === undefined ? ['failed', failed[code] ?? 'other'] : ['refused', name];
}
