import { EventEmitter } from 'node:events';
import { mkdtempSync, renameSync, rmSync, type watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { latch } from '../fixtures/latch.ts';
import { watchDirectory } from './watch-directory.ts';

const concerns = (name: string): boolean => name === 'a';

/** A watch in the hands of the test. */
function handWatch() {
  const emitter = Object.assign(new EventEmitter(), { close: vi.fn() });
  let listener: (event: string, name: string | null) => void = () => {};
  const fake = ((_: string, __: unknown, listen: typeof listener) => {
    listener = listen;
    return emitter;
  }) as unknown as typeof watch;
  return { watch: fake, emitter, tell: (name: string | null) => listener('change', name) };
}

/** Only intervals stand still, so that what is told by the file system still arrives. */
function fakeIntervals(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
}

test('a file that is written to, or renamed into its place, wakes', async () => {
  fakeIntervals();
  const directory = mkdtempSync(join(tmpdir(), 'stepwell-watch-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  let woken = latch();
  const watching = watchDirectory(directory, { concerns, wake: () => woken.open() });
  writeFileSync(join(directory, 'a'), '1');
  await woken.passed;
  writeFileSync(join(directory, 'draft'), '2');
  await turnOfLoop();
  woken = latch();
  renameSync(join(directory, 'draft'), join(directory, 'a'));
  await woken.passed;
  watching.close();
});

test('what is told at once wakes once; other files do not, and one without a name does', async () => {
  fakeIntervals();
  const hand = handWatch();
  const wake = vi.fn();
  const watching = watchDirectory('.', { concerns, wake, watch: hand.watch });
  for (const name of ['a', 'a', 'b', 'a']) hand.tell(name);
  await turnOfLoop();
  expect(wake).toHaveBeenCalledTimes(1);
  hand.tell('b');
  await turnOfLoop();
  expect(wake).toHaveBeenCalledTimes(1);
  hand.tell(null);
  await turnOfLoop();
  expect(wake).toHaveBeenCalledTimes(2);
  hand.tell('a');
  watching.close();
  await turnOfLoop();
  expect(wake).toHaveBeenCalledTimes(2);
  expect(hand.emitter.close).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

/** How often it wakes in a second in which nothing is told. */
async function wakesInOneSecond(act: (hand: ReturnType<typeof handWatch>) => typeof watch): Promise<number> {
  fakeIntervals();
  const wake = vi.fn();
  const hand = handWatch();
  const watching = watchDirectory('.', { concerns, wake, watch: act(hand) });
  hand.emitter.emit('ready');
  for (let n = 0; n < 20; n += 1) {
    vi.advanceTimersByTime(50);
    await turnOfLoop();
  }
  watching.close();
  return wake.mock.calls.length;
}

test('it looks now and then all the same', async () => {
  expect(await wakesInOneSecond((hand) => hand.watch)).toBe(4);
});

test.each(['EMFILE', 'ENOSPC'])(
  'where nothing more can be watched (%s), it looks more often',
  async (code) => {
    const wakes = await wakesInOneSecond(() => () => {
      throw Object.assign(new Error(code), { code });
    });
    expect(wakes).toBe(20);
  },
);

test('a watch that fails later is a poll from then on', async () => {
  const wakes = await wakesInOneSecond((hand) => {
    hand.emitter.once('ready', () => hand.emitter.emit('error', new Error('no longer')));
    return hand.watch;
  });
  expect(wakes).toBe(20);
});

test('S11: a directory that is not there is told, typed', async () => {
  const missing = join(tmpdir(), 'stepwell-no-such-directory', 'x');
  expect(await codeOf(() => watchDirectory(missing, { concerns, wake: () => {} }))).toBe('IO');
});
