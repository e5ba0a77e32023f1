import type { Measure } from '../contract/measure.ts';
import { defaults } from '../store/defaults.ts';
import type { CommitFigures, QueueDepth } from './commit-figures.ts';
import type { Spread } from './recent.ts';
import type { FaultKind, WriteFaults } from './write-faults.ts';

/** SF-53: the figures of a working store as they are told. Names are stable; the README explains them. */
export function commitMeasures(figures: CommitFigures, queue: QueueDepth, now: number): readonly Measure[] {
  const { durations, sizes, turns } = figures.recent(now);
  return [
    gauge('store.queue.ops', queue.ops, 'Ops that wait for their commit'),
    { ...gauge('store.queue.bytes', queue.bytes, 'Size of what waits for its commit'), unit: 'bytes' },
    gauge('store.queue.waiters', queue.waiters, 'Writes that wait for room in the queue'),
    counter('store.writes', figures.writes, 'Writes that were committed'),
    counter('store.ops', figures.ops, 'Ops that were committed'),
    counter(
      'store.writes.duplicate',
      figures.duplicates,
      'Writes whose transaction id had been applied before',
    ),
    ...byKind(figures.faults, 'refused', 'Writes that were refused for what they asked'),
    ...byKind(figures.faults, 'failed', 'Writes that the store could not carry out'),
    counter('store.writes.aborted', figures.faults.total('aborted'), 'Writes that their callers took back'),
    counter('store.commits', figures.commits, 'Commits; each is one group of writes'),
    counter('store.commits.failed', figures.failedCommits, 'Groups that failed as a whole'),
    counter(
      'store.commits.slow',
      figures.slowCommits,
      `Commits that took ${defaults.slowCommit} ms or longer`,
    ),
    ...milliseconds('store.commits', durations, 'How long commits took'),
    gauge('store.group.mean', sizes.mean, `Writes in one commit, mean ${window}`),
    gauge('store.group.max', sizes.max, `Writes in one commit, most ${window}`),
    counter('store.turns', figures.turns, 'Turns of the writer lock that were waited for (writer: shared)'),
    ...milliseconds('store.turns', turns, 'How long was waited for a turn of the writer lock'),
  ];
}

const window = 'of the last 512 in the last minute';

function gauge(name: string, value: number, meaning: string): Measure {
  return { name, unit: 'count', value, meaning: `${meaning}.` };
}

function counter(name: string, value: number, meaning: string): Measure {
  return { ...gauge(name, value, meaning), kind: 'counter' };
}

/** The sum, and what it is made of. */
function byKind(faults: WriteFaults, kind: FaultKind, meaning: string): Measure[] {
  const each = [...faults.by(kind)].map(([name, count]) =>
    counter(`store.writes.${kind}.${name}`, count, `${meaning}: ${name}`),
  );
  return [counter(`store.writes.${kind}`, faults.total(kind), meaning), ...each];
}

function milliseconds(prefix: string, spread: Spread, meaning: string): Measure[] {
  const words = { mean: 'mean', p50: 'median', p99: '99th percentile', max: 'longest' } as const;
  return (['mean', 'p50', 'p99', 'max'] as const).map((which) => ({
    name: `${prefix}.${which}`,
    unit: 'milliseconds',
    value: spread[which],
    meaning: `${meaning}, ${words[which]} ${window}.`,
  }));
}
