import type { Measure } from '@stepwell/core';

/** How long a stretch is told of: a failure should be seen, and then forgotten. */
const windowMs = 60_000;
/** Whoever asks more often than this adds nothing to what is kept. */
const finestMs = 1_000;

/** The counters of a store at one moment, by name. */
interface Sample {
  readonly at: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Which part of what was tried went wrong, by the names of counters. */
const ratios = [
  {
    name: 'store.writes.failed.ratio',
    failed: 'store.writes.failed',
    others: ['store.writes', 'store.writes.duplicate', 'store.writes.refused'],
    meaning: 'Writes that the store could not carry out, of all that came, in about the last minute.',
  },
  {
    name: 'store.commits.failed.ratio',
    failed: 'store.commits.failed',
    others: ['store.commits'],
    meaning: 'Groups that failed as a whole, of all groups, in about the last minute.',
  },
] as const;

/**
 * SF-57: what a store's counters grew by in about the last minute: since the moment it was asked for that is at least a
 * minute ago, or the first one; the first time of all, since the store was opened.
 */
export class Rates {
  /** Oldest first; the first is what the present is compared with. At most a minute of them, one a second. */
  #samples: Sample[] = [];

  /** @param at - milliseconds, on a clock that nobody turns back */
  measures(measured: readonly Measure[], at: number): readonly Measure[] {
    const counters = measured.filter(({ kind }) => kind === 'counter');
    // A reader, or a store that could not tell: not the same as one that has counted nothing.
    if (counters.length === 0) return [];
    const counts = new Map(counters.map(({ name, value }) => [name, value]));
    while ((this.#samples[1]?.at ?? Infinity) <= at - windowMs) this.#samples.shift();
    const [base] = this.#samples;
    if (at - (this.#samples.at(-1)?.at ?? -Infinity) >= finestMs) this.#samples.push({ at, counts });
    return [...failures(counts, base), ...throughput(counts, base, at)];
  }
}

function failures(counts: Sample['counts'], base: Sample | undefined): Measure[] {
  return ratios
    .filter(({ failed }) => counts.has(failed))
    .map(({ name, failed, others, meaning }) => {
      const wrong = grown(failed, counts, base);
      const all = others.reduce((sum, other) => sum + grown(other, counts, base), wrong);
      return { name, unit: 'ratio', value: all === 0 ? 0 : wrong / all, meaning };
    });
}

function throughput(counts: Sample['counts'], base: Sample | undefined, at: number): Measure[] {
  if (!counts.has('store.ops')) return [];
  const seconds = base === undefined ? 0 : (at - base.at) / 1000;
  const value = seconds === 0 ? 0 : grown('store.ops', counts, base) / seconds;
  const meaning = 'Ops that were committed per second, in about the last minute; 0 the first time.';
  return [{ name: 'store.ops.rate', unit: 'count', value, meaning }];
}

function grown(name: string, counts: Sample['counts'], base: Sample | undefined): number {
  return (counts.get(name) ?? 0) - (base?.counts.get(name) ?? 0);
}
