import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * How the event loop does while `work` runs, in milliseconds.
 *
 * `p99` is what Node's histogram says: of its samples, of which it takes one each millisecond, or one per stall.
 * `wait` weighs each stall by its length: 99 % of all moments were followed by a free loop within so long.
 */
export async function eventLoopDuring(work) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const gaps = [];
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }, 1);
  delay.enable();
  try {
    await work();
  } finally {
    delay.disable();
    clearInterval(ticking);
  }
  // A stall that lasts to the end is one, too.
  gaps.push(performance.now() - last);
  return { p99: delay.percentile(99) / 1e6, wait: waitOf(gaps, 0.01) };
}

/** The smallest wait that only `share` of all moments exceed, when a moment waits for the end of the gap it lies in. */
export function waitOf(gaps, share) {
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  let beyond = 0;
  let [count, wait] = [0, 0];
  // From the longest gap down: with `count` gaps longer than `wait`, the moments beyond it are the rest of each.
  for (const gap of gaps.toSorted((a, b) => b - a)) {
    const rest = share * total - beyond;
    if (count > 0 && count * (wait - gap) >= rest) return wait - rest / count;
    beyond += count * (wait - gap);
    count += 1;
    wait = gap;
  }
  return count === 0 ? 0 : wait - (share * total - beyond) / count;
}
