import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Child, makeWorkspace, runChild, type Workspace } from '@stepwell/testkit';
import { open, openReadOnly } from 'stepwell';
import { expect, test, vi } from 'vitest';
import { isStopped } from '../fixtures/is-stopped.ts';
import { tell } from '../fixtures/told.ts';

const script = new URL('../fixtures/silent-run.mjs', import.meta.url);
const timeout = 120_000;

interface Run {
  readonly child: Child<{ readonly id: string }>;
  readonly id: string;
  /** Lets it come to its end. */
  end(): void;
}

async function startRun(workspace: Workspace, how: 'idle' | 'busy' | 'collecting'): Promise<Run> {
  const file = workspace.within('end');
  const child = runChild<{ readonly id: string }>(script, {
    args: [workspace.within('store'), how, file],
    execArgv: ['--expose-gc'],
  });
  const { id } = await child.waitFor(() => true);
  return { child, id, end: () => writeFileSync(file, '') };
}

/** What a reader shows of a run, and the files of the locks before and after it looked. */
async function look(workspace: Workspace, id: string) {
  const files = () => readdirSync(workspace.within('store', 'locks')).sort();
  const before = files();
  await using reader = await openReadOnly(workspace.within('store'));
  const shown = await reader.store.withSnapshot(async (snapshot) => {
    const { status, session = null } = (await snapshot.view.records.get('execution', id)) ?? {};
    return { status, session, live: await snapshot.isLive(session) };
  });
  expect(files()).toEqual(before);
  return shown;
}

test.each(['stopped', 'busy', 'collecting'] as const)(
  'S7: a run whose process is %s is alive',
  { timeout },
  async (how) => {
    await using workspace = await makeWorkspace('live');
    const { child, id, end } = await startRun(workspace, how === 'stopped' ? 'idle' : how);
    await using _ = child;
    if (how === 'stopped') {
      process.kill(child.pid, 'SIGSTOP');
      await vi.waitUntil(() => isStopped(child.pid), { timeout, interval: 5 });
    }
    expect(await look(workspace, id)).toMatchObject({ status: 'running', live: true });
    for (let opened = 0; opened < 2; opened += 1) {
      await using stepwell = await open(workspace.within('store'), { writer: 'shared', busyWait: 25_000 });
      expect(stepwell.interrupted).toEqual([]);
    }
    expect(await look(workspace, id)).toMatchObject({ status: 'running', live: true });

    end();
    if (how === 'stopped') process.kill(child.pid, 'SIGCONT');
    expect({ ...(await child.exited), stderr: child.stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    await using reader = await openReadOnly(workspace.within('store'));
    const { execution, steps } = await tell(reader.store, id);
    expect([execution?.status, steps.step?.status]).toEqual(['completed', 'completed']);
  },
);

test('S7: a dead run stays dead although a process that lives has its pid', { timeout }, async () => {
  await using workspace = await makeWorkspace('live');
  const { child, id } = await startRun(workspace, 'idle');
  await using _ = child;
  const { session } = await look(workspace, id);
  await child.kill();
  const holder = workspace.within('store', 'locks', `session-${session}.holder.json`);
  const told = JSON.parse(readFileSync(holder, 'utf8')) as object;
  expect(told).toMatchObject({ pid: child.pid });
  writeFileSync(holder, JSON.stringify({ ...told, pid: process.pid, since: Date.now() }));

  // A reader says so, and leaves it to a writer to store it.
  expect(await look(workspace, id)).toEqual({ status: 'running', session, live: false });
  await using stepwell = await open(workspace.within('store'));
  expect(stepwell.interrupted).toEqual([id]);
  expect(
    readdirSync(workspace.within('store', 'locks')).filter((file) => file.startsWith('session-')),
  ).toEqual([]);
});

test('S7: no session has the name of another, whoever began it and however it ended', {
  timeout,
}, async () => {
  await using workspace = await makeWorkspace('live');
  const sessions = new Set<string | null>();
  for (let round = 0; round < 3; round += 1) {
    const { child, id } = await startRun(workspace, 'idle');
    sessions.add((await look(workspace, id)).session);
    await child.kill();
    await using stepwell = await open(workspace.within('store'));
    expect(stepwell.interrupted).toEqual([id]);
    sessions.add((await stepwell.store.session()).id);
  }
  expect(sessions.size).toBe(6);
});
