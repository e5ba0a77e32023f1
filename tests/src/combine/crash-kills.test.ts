import { type Child, makeWorkspace, recordCrashPoints, runChild } from '@stepwell/testkit';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkStore } from '../fixtures/check-store.ts';
import { declaredPoints, reachablePoints } from '../fixtures/reachable-points.ts';
import { type Telling, work } from '../fixtures/workload.mjs';

const script = new URL('../fixtures/crash-child.mjs', import.meta.url);

/** Works in `directory` until it dies at the given hit of a crash point; a fault may bring it there. */
const runUntil = (directory: string, point: string, hit = 1, fault = ''): Child<Telling> =>
  runChild<Telling>(script, { args: [directory, point, `${hit}`, fault] });

/** Waits for the child to die as it was told; another end comes with what it said about it. */
async function expectKilled(child: Child<Telling>): Promise<void> {
  const { signal } = await child.exited;
  expect({ signal, stderr: child.stderr }).toEqual({ signal: 'SIGKILL', stderr: '' });
}

/** How often a run that nothing disturbs reaches each point. */
const hits = new Map<string, number>();

beforeAll(async () => {
  await using workspace = await makeWorkspace('crash');
  using reached = recordCrashPoints(declaredPoints);
  await work(workspace.path, async () => {});
  for (const [point, count] of reached.hits) hits.set(point, count);
});

test('S7: a whole run reaches the crash points of every part, and no others', () => {
  expect(reachablePoints.filter((point) => !hits.has(point))).toEqual([]);
  expect([...hits.keys()].filter((point) => !declaredPoints.includes(point))).toEqual([]);
});

describe('a kill loses nothing that was acknowledged, and shows nothing by halves', () => {
  test.concurrent.each(reachablePoints)('S1, S7: at %s', async (point) => {
    await using workspace = await makeWorkspace('crash');
    await using dying = runUntil(workspace.path, point, Math.ceil((hits.get(point) ?? 1) / 2));
    await expectKilled(dying);
    await checkStore(workspace.path, dying.messages);
  });

  test.concurrent.each(['log:rollback.before', 'log:rollback.after'])(
    'S1, S7: at %s, after a fault',
    async (point) => {
      await using workspace = await makeWorkspace('crash');
      await using dying = runUntil(workspace.path, point, 1, 'combine:logs.prepared');
      await expectKilled(dying);
      await checkStore(workspace.path, dying.messages);
    },
  );

  test.concurrent.each([
    // Lines of a commit that never happened lie in the file, and whoever takes them away dies over it.
    ['cut', 'combine:logs.prepared', 5, ['log:recover.cut.before', 'log:recover.cut.before']],
    ['cut', 'sqlite:commit.before', 5, ['log:recover.cut.before', 'log:recover.cut.after']],
    // Whoever finds a store half made goes on to make it, and comes one step further.
    [
      'made',
      'sqlite:migrate.before',
      1,
      ['sqlite:migrate.applied', 'log:created', 'log:manifest.tmp', 'log:manifest.renamed'],
    ],
  ] as const)('S7: while what is left is %s, after %s, again and again', async (_, first, hit, others) => {
    await using workspace = await makeWorkspace('crash');
    await using dying = runUntil(workspace.path, first, hit);
    await expectKilled(dying);
    for (const point of others) {
      await using recovering = runUntil(workspace.path, point);
      await expectKilled(recovering);
      // It died before it came to any work of its own.
      expect(recovering.messages).toEqual([]);
    }
    await checkStore(workspace.path, dying.messages);
  });
});
