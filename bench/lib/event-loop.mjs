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

/**
 * The wait that only `share` of all moments exceed: a moment waits for the end of the gap in which it lies, so of each
 * gap, what is longer than the wait counts. Found by halving.
 */
function waitOf(gaps, share) {
  const excess = (wait) => gaps.reduce((sum, gap) => sum + Math.max(0, gap - wait), 0);
  const allowed = share * excess(0);
  let [low, high] = [0, Math.max(...gaps)];
  while (high - low > 0.001) {
    const wait = (low + high) / 2;
    if (excess(wait) > allowed) low = wait;
    else high = wait;
  }
  return high;
}
