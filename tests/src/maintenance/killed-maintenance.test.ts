import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, makeWorkspace, recordCrashPoints, runChild } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { audit, count, countOf, maintain, openLedger, readLedger } from '../fixtures/ledger.mjs';
import { declaredPoints } from '../fixtures/reachable-points.ts';

interface Telling {
  readonly attempted?: number;
  readonly acknowledged?: number;
  readonly maintained?: number;
}

interface Work {
  readonly directory: string;
  readonly name: string;
  readonly commits: number;
  readonly maintainEvery: number;
  readonly inline?: boolean;
  readonly point?: string;
  readonly hit?: number;
  readonly fault?: string;
  /** Milliseconds between two commits. */
  readonly rest?: number;
}

interface Audited {
  readonly ready?: boolean;
  readonly audits?: number;
  readonly failed?: string;
}

const startWriter = (work: Work): Child<Telling> =>
  runChild<Telling>(new URL('../fixtures/ledger-writer.mjs', import.meta.url), {
    args: [JSON.stringify(work)],
  });

const startReader = (directory: string): Child<Audited> =>
  runChild<Audited>(new URL('../fixtures/ledger-reader.mjs', import.meta.url), { args: [directory] });

/** Deaths at moments that nobody chose; more of them by the environment. */
const randomDeaths = Number(process.env.STEPWELL_SWEEP_DEATHS ?? 6);

const isMaintenance = (point: string): boolean => /^log:(publish|collect|compact)\./.test(point);

/** How often a store that is there already comes by each point, in a run that nobody disturbs. */
async function pointsOnTheWay(directory: string): Promise<Map<string, number>> {
  const store = await openLedger(directory, { inline: true });
  using reached = recordCrashPoints(declaredPoints);
  for (let number = 1; number <= 60; number += 1) {
    await count(store, 'first', number);
    if (number % 10 === 0) await maintain(store, number % 20 === 0);
  }
  await store.close();
  return new Map(reached.hits);
}

/** Every file is one that the manifest names, and the only pin lock is that of the manifest. */
function expectTidy(directory: string): void {
  const [, body = '{}'] = readFileSync(join(directory, 'logs/MANIFEST'), 'utf8').split('\n');
  const { segments, retired, pins } = JSON.parse(body) as {
    segments: { id: number; kind: string }[];
    retired: unknown[];
    pins: number;
  };
  expect(retired).toEqual([]);
  const fileOf = ({ id, kind }: { id: number; kind: string }) =>
    `${String(id).padStart(8, '0')}.${kind === 'sealed' ? 'sealed' : 'seg'}`;
  expect(readdirSync(join(directory, 'logs')).sort()).toEqual([...segments.map(fileOf), 'MANIFEST'].sort());
  const locks = readdirSync(join(directory, 'locks')).filter((name) => name.startsWith('pin-'));
  expect(locks.filter((name) => !name.startsWith(`pin-${pins}.`))).toEqual([]);
}

function expectPresent(child: Child<Telling>, present: number): void {
  const attempted = child.messages.findLast((message) => message.attempted !== undefined)?.attempted ?? 0;
  const acknowledged =
    child.messages.findLast((message) => message.acknowledged !== undefined)?.acknowledged ?? 0;
  expect(present).toBeGreaterThanOrEqual(acknowledged);
  expect(present).toBeLessThanOrEqual(attempted);
}

test('S1, S4, S7, S9: writers are killed at every point of log, commit and compaction while others write, prune, compact, collect and read', {
  timeout: 300_000,
}, async () => {
  await using workspace = await makeWorkspace('sweep');
  const directory = workspace.path;
  const points = await pointsOnTheWay(directory);
  expect([...points.keys()].filter(isMaintenance)).toHaveLength(11);

  await using survivor = startWriter({
    directory,
    name: 'survivor',
    commits: 1e9,
    maintainEvery: 10,
    rest: 20,
  });
  await using neighbour = startWriter({
    directory,
    name: 'neighbour',
    commits: 1e9,
    maintainEvery: 1e9,
    rest: 20,
  });
  await using reader = startReader(directory);
  await reader.waitFor(({ ready }) => ready === true);

  const victims = new Map<string, Child<Telling>>();
  const die = async (name: string, work: Partial<Work>): Promise<void> => {
    const victim = startWriter({ directory, name, commits: 1e9, maintainEvery: 3, inline: true, ...work });
    victims.set(name, victim);
    const { signal } = await victim.exited;
    expect({ name, signal, stderr: victim.stderr }).toEqual({ name, signal: 'SIGKILL', stderr: '' });
  };
  const ours = [...points.keys()].filter((point) => /^(log|combine):/.test(point));
  for (const point of ours)
    await die(`at:${point}`, { point, hit: 2, ...(!isMaintenance(point) && { maintainEvery: 1e9 }) });
  for (const point of ['log:rollback.before', 'log:rollback.after'])
    await die(`at:${point}`, { point, hit: 1, fault: 'combine:logs.prepared' });
  for (let n = 1; n <= randomDeaths; n += 1) {
    const name = `random-${n}`;
    const victim = startWriter({ directory, name, commits: 1e9, maintainEvery: 2, inline: n % 2 === 0 });
    victims.set(name, victim);
    let left = 1 + ((n * 5) % 11);
    await victim.waitFor(() => left-- === 0);
    await victim.kill();
  }

  for (const child of [survivor, neighbour, reader]) child.send('end');
  for (const child of [survivor, neighbour, reader])
    expect(await child.exited, child.stderr).toEqual({ code: 0, signal: null });
  expect(reader.messages.at(-1)?.failed).toBeUndefined();
  expect(reader.messages.at(-1)?.audits).toBeGreaterThan(0);

  // Recovered twice, it is the same; and maintained to the end nothing is left lying about.
  const contents: string[] = [];
  for (let times = 0; times < 2; times += 1) {
    const store = await openLedger(directory);
    expect((await store.maintenance.verify()).problems).toEqual([]);
    contents.push(await store.withSnapshot(audit));
    await store.close();
  }
  expect(contents[1] === contents[0]).toBe(true);
  const store = await openLedger(directory);
  await store.maintenance.compact({ full: true });
  await store.maintenance.collect();
  expect((await store.withSnapshot(audit)) === contents[0]).toBe(true);
  expect((await store.maintenance.verify()).problems).toEqual([]);
  await store.close();
  expectTidy(directory);
  const ledger = await readLedger(directory);
  victims.set('survivor', survivor).set('neighbour', neighbour);
  for (const [name, child] of victims) expectPresent(child, await countOf(ledger, name));
  await ledger.close();
});
