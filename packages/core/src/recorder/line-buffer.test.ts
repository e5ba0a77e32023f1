import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreError } from '../errors/store-error.ts';
import { codeOf } from '../fixtures/code-of.ts';
import { type Latch, latch } from '../fixtures/latch.ts';
import type { AppendLinesOp } from '../logs/log-op.ts';
import { LineBuffer } from './line-buffer.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const textsOf = (ops: readonly AppendLinesOp[]): string[] =>
  ops.flatMap(({ stream, lines }) => lines.map(({ content }) => `${stream}: ${String(content)}`));

/** A buffer over a sink that notes what arrives, and fails with what stands in `failures` first. */
function makeBuffer({ delay = 10, maxBytes = 1_000 } = {}) {
  const writes: string[][] = [];
  const failures: Error[] = [];
  let hold: Latch | undefined;
  const write = async (ops: readonly AppendLinesOp[]): Promise<void> => {
    await hold?.passed;
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    writes.push(textsOf(ops));
  };
  const buffer = new LineBuffer(write, delay, maxBytes);
  return {
    buffer,
    writes,
    failures,
    /** Makes writes wait until the latch is opened. */
    holdWrites: (): Latch => {
      hold = latch();
      return hold;
    },
    line: (stream: string, content: string): void => {
      void buffer.add(stream, content, 1);
    },
  };
}

test('S10: lines gather for a moment and leave together, in the order in which they came', async () => {
  const { buffer, line, writes } = makeBuffer();
  expect(buffer.add('a', '1', 1)).toBeUndefined();
  line('b', '2');
  line('a', '3');
  await vi.advanceTimersByTimeAsync(9);
  expect(writes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(writes).toEqual([['a: 1', 'b: 2', 'a: 3']]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(writes).toHaveLength(1);
});

test('S10: lines that come while a write is on its way go into the next one', async () => {
  const { line, writes, holdWrites } = makeBuffer();
  const held = holdWrites();
  line('a', '1');
  await vi.advanceTimersByTimeAsync(10);
  line('a', '2');
  line('a', '3');
  await vi.advanceTimersByTimeAsync(100);
  held.open();
  await vi.advanceTimersByTimeAsync(100);
  expect(writes).toEqual([['a: 1'], ['a: 2', 'a: 3']]);
});

test('S10: beyond its bound it pushes back, until what waits and what is on its way are committed', async () => {
  const { buffer, writes, holdWrites, line } = makeBuffer({ maxBytes: 1_000 });
  const held = holdWrites();
  line('a', 'x'.repeat(600));
  await vi.advanceTimersByTimeAsync(10);
  const pushedBack = buffer.add('a', 'y'.repeat(600), 1);
  expect(pushedBack).toBeInstanceOf(Promise);
  let room = false;
  const waiting = buffer.ready.then(() => {
    room = true;
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(room).toBe(false);
  held.open();
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all([pushedBack, waiting]);
  expect(writes.map((texts) => texts.length)).toEqual([1, 1]);
  await buffer.ready;
});

test('S10: while lines cannot be written there is no room, and the tries become rarer', async () => {
  const { buffer, writes, failures } = makeBuffer({ maxBytes: 500 });
  failures.push(...Array.from({ length: 20 }, () => new StoreError('NO_SPACE', 'full')));
  let room = false;
  const pushedBack = Promise.resolve(buffer.add('a', 'x'.repeat(600), 1)).then(() => {
    room = true;
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(room).toBe(false);
  const tries = 20 - failures.length;
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(20);
  // Whoever ignores the answer does not make it try at once, either.
  for (let count = 0; count < 50; count += 1) void buffer.add('a', 'more', 1);
  await vi.advanceTimersByTimeAsync(0);
  expect(20 - failures.length).toBe(tries);
  failures.length = 0;
  await vi.advanceTimersByTimeAsync(1_000);
  await pushedBack;
  expect(writes).toHaveLength(1);
  expect(writes[0]).toHaveLength(51);
});

test('S4: what is sent along follows every line that was added before, also those on their way', async () => {
  const { line, buffer, holdWrites, writes } = makeBuffer();
  const held = holdWrites();
  line('a', '1');
  await vi.advanceTimersByTimeAsync(10);
  line('a', '2');
  let sent: string[] | undefined;
  const sending = buffer.send(async (lines) => {
    sent = textsOf(lines);
    return 'done';
  });
  await vi.advanceTimersByTimeAsync(100);
  expect(sent).toBeUndefined();
  held.open();
  expect(await sending).toBe('done');
  expect(writes).toEqual([['a: 1']]);
  expect(sent).toEqual(['a: 2']);
});

test('S4: what is sent along takes the lines of a write that failed for the moment', async () => {
  const { line, buffer, failures, holdWrites } = makeBuffer();
  const held = holdWrites();
  failures.push(new StoreError('NO_SPACE', 'full'));
  line('a', '1');
  await vi.advanceTimersByTimeAsync(10);
  line('a', '2');
  const sending = buffer.send(async (lines) => textsOf(lines));
  held.open();
  expect(await sending).toEqual(['a: 1', 'a: 2']);
});

test('S4: two at once: neither goes without lines that the other could not write', async () => {
  const { line, buffer } = makeBuffer();
  line('a', '1');
  line('b', '1');
  const refused = buffer.send(async () => {
    throw new StoreError('INVALID_ARGUMENT', 'for another reason than the lines');
  });
  const sent = buffer.send(async (lines) => textsOf(lines));
  expect(await codeOf(refused)).toBe('INVALID_ARGUMENT');
  expect(await sent).toEqual(['a: 1', 'b: 1']);
});

test('S10: lines whose write failed for the moment are kept, in order, and tried again', async () => {
  const { line, failures, writes } = makeBuffer();
  failures.push(new StoreError('BUSY', 'a turn'), new StoreError('NO_SPACE', 'full'));
  line('a', '1');
  await vi.advanceTimersByTimeAsync(10);
  line('a', '2');
  await vi.advanceTimersByTimeAsync(100);
  expect(writes).toEqual([['a: 1', 'a: 2']]);
});

test('S4: lines come back when what was sent along with them fails, and are written later', async () => {
  const { line, buffer, writes } = makeBuffer();
  line('a', '1');
  const failing = buffer.send(async () => {
    throw new StoreError('CONSTRAINT', 'no');
  });
  expect(await codeOf(failing)).toBe('CONSTRAINT');
  await vi.advanceTimersByTimeAsync(100);
  expect(writes).toEqual([['a: 1']]);
});

test('S11: what makes recording impossible is told to whoever comes next, and nobody waits for ever', async () => {
  const { line, buffer, failures } = makeBuffer({ maxBytes: 500 });
  failures.push(new StoreError('POISONED', 'lost track'));
  const pushedBack = buffer.add('a', 'x'.repeat(600), 1);
  await vi.advanceTimersByTimeAsync(100);
  await pushedBack;
  await buffer.ready;
  expect(await codeOf(() => line('a', '2'))).toBe('POISONED');
  expect(await codeOf(buffer.send(async () => 1))).toBe('POISONED');
  expect(await codeOf(buffer.flush())).toBe('POISONED');
  await buffer.ready;
  expect(vi.getTimerCount()).toBe(0);
});

test('S11: a failure that is no StoreError is one afterwards', async () => {
  const { line, failures } = makeBuffer();
  failures.push(new Error('a bug'));
  line('a', '1');
  await vi.advanceTimersByTimeAsync(10);
  expect(await codeOf(() => line('a', '2'))).toBe('IO');
});

test('S11: lines that no store can hold are refused at once, and harm nobody else', async () => {
  const { line, buffer, writes } = makeBuffer();
  line('a', '1');
  expect(await codeOf(() => line('a', 'cut \ud83d'))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(() => line('a', 'whole\ncut \ud83d\nwhole'))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(() => line('b', 'cut \ud83d'))).toBe('INVALID_ARGUMENT');
  for (const wrong of [{ content: 'y', at: -1 }, { content: 'y', lvl: 'error' }, null, Uint8Array.of(65)])
    expect(await codeOf(() => buffer.add('b', wrong as never, 1))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(() => buffer.add('a', 'y', Number.NaN))).toBe('INVALID_ARGUMENT');
  expect(await codeOf(() => line('', 'y'))).toBe('INVALID_ARGUMENT');
  line('a', '2');
  await buffer.flush();
  expect(writes).toEqual([['a: 1', 'a: 2']]);
});

test('S2: flush resolves when everything before it is committed', async () => {
  const { line, buffer, writes, failures, holdWrites } = makeBuffer();
  await buffer.flush();
  const held = holdWrites();
  line('a', '1');
  const flushed = buffer.flush();
  line('a', '2');
  held.open();
  await flushed;
  expect(writes[0]?.[0]).toBe('a: 1');
  failures.push(new StoreError('NO_SPACE', 'full'));
  line('a', '3');
  expect(await codeOf(buffer.flush())).toBe('NO_SPACE');
  await buffer.flush();
  expect(writes.flat()).toEqual(['a: 1', 'a: 2', 'a: 3']);
});

test('SF-64: a text is as many lines as it has, a line with details stays one, with the time that it brings', async () => {
  const { buffer } = makeBuffer();
  void buffer.add('a', 'one\r\ntwo\n', 5);
  void buffer.add('a', { content: 'a\nb', level: 'error' }, 6);
  void buffer.add('a', { content: Uint8Array.of(255), at: 3, terminated: false }, 7);
  const defaults = { level: 'info', source: 'log', terminated: true };
  expect(await buffer.send(async (ops) => ops.map(({ lines }) => lines))).toEqual([
    [
      { ...defaults, content: 'one', at: 5 },
      { ...defaults, content: 'two', at: 5 },
      { ...defaults, content: 'a\nb', at: 6, level: 'error' },
      { ...defaults, content: Uint8Array.of(255), at: 3, terminated: false },
    ],
  ]);
});

test('S2: bytes are copied when they are logged: their buffer may be filled again at once', async () => {
  const { buffer } = makeBuffer();
  const bytes = Buffer.from('one');
  void buffer.add('a', { content: bytes }, 1);
  bytes.write('two');
  void buffer.add('a', { content: bytes }, 1);
  bytes.fill(0);
  expect(await buffer.send(async (ops) => textsOf(ops))).toEqual(['a: 111,110,101', 'a: 116,119,111']);
});

test('S10: a piece leaves when it is full, and whoever logs in a loop lets the event loop go round for it', async () => {
  const { buffer, writes } = makeBuffer({ maxBytes: 8 * 1024 * 1024 });
  const kilobyte = 'x'.repeat(1_000);
  let pause = buffer.add('a', kilobyte, 1);
  let added = 1;
  while (pause === undefined && added < 2_000) {
    pause = buffer.add('a', kilobyte, 1);
    added += 1;
  }
  // 1 MiB, with what each line costs beside its text.
  expect(added).toBe(Math.ceil((1024 * 1024) / 1_024));
  let ready = false;
  const waiting = buffer.ready.then(() => {
    ready = true;
  });
  await Promise.resolve();
  expect(ready).toBe(false);
  await Promise.all([pause, waiting]);
  expect(writes.map((texts) => texts.length)).toEqual([added]);
  expect(buffer.add('a', kilobyte, 1)).toBeUndefined();
});

test('S10: while a piece is on its way the next one gathers, and leaves as soon as the first has arrived', async () => {
  const { buffer, writes, holdWrites } = makeBuffer({ maxBytes: 8 * 1024 * 1024 });
  const held = holdWrites();
  const kilobyte = 'x'.repeat(1_000);
  let pauses = 0;
  for (let count = 0; count < 6_000; count += 1) {
    const pause = buffer.add('a', kilobyte, 1);
    if (pause === undefined) continue;
    pauses += 1;
    await pause;
  }
  // Once for each MiB: not for each line, while the first piece is held up.
  expect(pauses).toBe(5);
  expect(writes).toEqual([]);
  held.open();
  // No timer has to pass: those of this test stand still.
  for (let turn = 0; turn < 10 && writes.length < 2; turn += 1) await setImmediate();
  expect(writes.map((texts) => texts.length)).toEqual([1_024, 4_976]);
});

test('S10: reading a line may log others: each is there, once', async () => {
  const { buffer, writes } = makeBuffer();
  const line = {
    get content() {
      void buffer.add('a', 'inner', 1);
      void buffer.add('b', 'inner', 1);
      return 'outer';
    },
  };
  void buffer.add('a', line, 1);
  void buffer.add('a', line, 1);
  await buffer.flush();
  expect(writes).toEqual([['a: inner', 'b: inner', 'a: outer', 'a: inner', 'b: inner', 'a: outer']]);
  await buffer.ready;
});

test('S4: lines of streams that log in turn keep their bytes, times and kinds', async () => {
  const { buffer } = makeBuffer();
  void buffer.add('a', { content: Uint8Array.of(1, 2) }, 1);
  void buffer.add('b', 'text', 2);
  void buffer.add('a', { content: Uint8Array.of(3), level: 'error' }, 2);
  void buffer.add('a', { content: '', at: 9 }, 3);
  void buffer.add('b', { content: Uint8Array.of(4, 5, 6) }, 3);
  const told = await buffer.send(async (ops) =>
    ops.map(({ stream, lines }) => [stream, ...lines.map(({ content, at, level }) => [content, at, level])]),
  );
  expect(told).toEqual([
    ['a', [Uint8Array.of(1, 2), 1, 'info']],
    ['b', ['text', 2, 'info']],
    ['a', [Uint8Array.of(3), 2, 'error'], ['', 9, 'info']],
    ['b', [Uint8Array.of(4, 5, 6), 3, 'info']],
  ]);
});
