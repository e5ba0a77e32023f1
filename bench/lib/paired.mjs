import { setTimeout } from 'node:timers/promises';

/**
 * Measures two or more sides in turn (A B A B …) and compares each with the first, round by round: what disturbs the
 * machine disturbs all sides of a round, so the ratio of a round holds where the figures themselves do not.
 *
 * @param {number} rounds
 * @param {Record<string, () => number | Promise<number>>} sides each answers its figure
 * @returns {Promise<{ rates: Record<string, number>, ratios: Record<string, number>, seen: Record<string, number[]> }>}
 * medians; `ratios[peer]` is the first side's figure over the peer's, and `seen` holds the figures of each round
 */
export async function paired(rounds, sides) {
  const names = Object.keys(sides);
  const seen = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    // Whoever begins pays for what the one before left behind; so the sides take turns at that too.
    const order = round % 2 === 0 ? names : [...names].reverse();
    for (const name of order) {
      globalThis.gc?.();
      await setTimeout(20);
      seen[name].push(await sides[name]());
    }
  }
  const [ours = ''] = names;
  const rates = Object.fromEntries(names.map((name) => [name, median(seen[name])]));
  const ratios = Object.fromEntries(
    names.slice(1).map((name) => [name, median(seen[name].map((rate, round) => seen[ours][round] / rate))]),
  );
  return { rates, ratios, seen };
}

/** The value in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** How many of something a second `work` gets done. @param {number} count @param {() => unknown} work */
export async function perSecond(count, work) {
  const started = performance.now();
  await work();
  return count / ((performance.now() - started) / 1000);
}

/** A fast wrong answer is no answer. */
export function check(condition, what) {
  if (!condition) throw new Error(`the result is wrong: ${what}`);
}
