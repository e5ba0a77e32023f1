import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type AppendLinesOp,
  type Durability,
  type LogOp,
  type LogView,
  openStore,
  type Store,
  StoreError,
  toArray,
  type WriteOptions,
  type WriteResult,
} from '@stepwell/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import type { LineStore } from './line-store.ts';
import { logWritable } from './log-writable.ts';

async function openLogs(): Promise<Store<LogView, LogOp>> {
  const store = await openStore(fileLogs({ directory: tempDirectory() }));
  onTestFinished(() => store.close());
  return store;
}

/** What went into a stream, as it comes out. */
async function bytesOf(store: Store<LogView, LogOp>, stream: string): Promise<Buffer> {
  return await store.withSnapshot(async ({ view }) => {
    const lines = await toArray(view.lines(stream));
    return Buffer.concat(
      lines.flatMap(({ bytes, terminated }) => [bytes, Buffer.from(terminated ? '\n' : '')]),
    );
  });
}

/** A store whose writes end when the test says so. */
class HeldStore implements LineStore {
  readonly writes: { readonly texts: string[]; readonly options: WriteOptions | undefined }[] = [];
  flushes = 0;
  readonly #waiting: { resolve(result: WriteResult): void; reject(error: unknown): void }[] = [];

  async write(ops: readonly AppendLinesOp[], options?: WriteOptions): Promise<WriteResult> {
    const texts = ops.flatMap(({ lines }) => lines.map(({ content }) => Buffer.from(content).toString()));
    this.writes.push({ texts, options });
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      options?.signal?.addEventListener('abort', () => reject(new StoreError('ABORTED', 'taken back')));
    });
  }

  async flush(): Promise<void> {
    this.flushes += 1;
  }

  /** Acknowledges the write under way. */
  acknowledge(epoch: number | null = 1): void {
    this.#waiting.shift()?.resolve({ epoch, results: [], duplicate: false });
  }

  fail(error: unknown): void {
    this.#waiting.shift()?.reject(error);
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a Writable whose bytes become lines', () => {
  test('SF-50: what goes in by any chunks comes back byte for byte, with what the options say of it', async () => {
    const store = await openLogs();
    const bytes = Buffer.concat([
      Buffer.from('one\r\n\n10%\r20%\nzwölf \xff'),
      Buffer.from([0xff, 0, 10, 0xc3]),
    ]);
    const chunks = Array.from({ length: Math.ceil(bytes.length / 3) }, (_, at) =>
      bytes.subarray(3 * at, 3 * at + 3),
    );
    await pipeline(
      Readable.from(chunks),
      logWritable(store, { stream: 'a', source: 'stderr', level: 'warning', at: () => 1234 }),
    );
    expect(await bytesOf(store, 'a')).toEqual(bytes);
    await store.withSnapshot(async ({ view }) => {
      const lines = await toArray(view.lines('a'));
      expect(lines.map(({ terminated }) => terminated)).toEqual([true, true, true, true, false]);
      for (const line of lines) expect(line).toMatchObject({ source: 'stderr', level: 'warning', at: 1234 });
    });
  });

  test('a line of 50 MB is one line', async () => {
    const store = await openLogs();
    const chunk = Buffer.alloc(1_000_000, 'x');
    await pipeline(
      Readable.from([...Array.from({ length: 50 }, () => chunk), '\nend\n']),
      logWritable(store, { stream: 'a' }),
    );
    await store.withSnapshot(async ({ view }) => {
      const lengths = (await toArray(view.lines('a'))).map(({ bytes }) => bytes.length);
      expect(lengths).toEqual([50_000_000, 3]);
    });
  });

  test('the output of a child process, and another after it, are one log', async () => {
    const store = await openLogs();
    for (const text of ['first\nno end', ' after all\n']) {
      const child = spawn(process.execPath, ['-e', `process.stdout.write(${JSON.stringify(text)})`]);
      await once(child.stdout.pipe(logWritable(store, { stream: 'a', source: 'stdout' })), 'finish');
    }
    expect((await bytesOf(store, 'a')).toString()).toBe('first\nno end after all\n');
  });

  test('console.log of a Console', async () => {
    const store = await openLogs();
    const writable = logWritable(store, { stream: 'a' });
    const { Console } = await import('node:console');
    const console = new Console({ stdout: writable });
    console.log('%s is %d', 'x', 5);
    console.log({ a: 1 });
    await new Promise<void>((resolve) => writable.end(resolve));
    expect((await bytesOf(store, 'a')).toString()).toBe('x is 5\n{ a: 1 }\n');
  });
});

describe('S2, S10: acknowledgement and back-pressure', () => {
  test('what is written while a commit is under way goes into the next one together', async () => {
    const store = new HeldStore();
    const writable = logWritable(store, { stream: 'a' });
    for (let n = 0; n < 1000; n += 1) writable.write(`${n}\n`);
    await nextTurn();
    expect(store.writes.map(({ texts }) => texts)).toEqual([['0']]);
    store.acknowledge();
    await nextTurn();
    expect(store.writes.map(({ texts }) => texts.length)).toEqual([1, 999]);
  });

  test('a callback comes with the acknowledgement of the lines that the write completed; finish with that of all', async () => {
    const store = new HeldStore();
    const writable = logWritable(store, { stream: 'a' });
    const told: string[] = [];
    writable.write('one\ntw', () => told.push('one'));
    writable.write('o\nrest', () => told.push('two'));
    writable.end(() => told.push('end'));
    writable.on('finish', () => told.push('finish'));
    for (const expected of [[], ['one'], ['one', 'two']]) {
      await nextTurn();
      expect(told).toEqual(expected);
      store.acknowledge();
    }
    await nextTurn();
    expect(store.writes.map(({ texts }) => texts)).toEqual([['one'], ['two'], ['rest']]);
    expect(told.sort()).toEqual(['end', 'finish', 'one', 'two']);
    expect(store.flushes).toBe(0);
  });

  test('write answers false when highWaterMark bytes wait, and drain says when they have gone', async () => {
    const store = new HeldStore();
    const writable = logWritable(store, { stream: 'a', highWaterMark: 10 });
    expect([writable.write('12345678\n'), writable.write('9\n')]).toEqual([true, false]);
    let drained = false;
    writable.once('drain', () => {
      drained = true;
    });
    await nextTurn();
    store.acknowledge();
    await nextTurn();
    expect(drained).toBe(false);
    store.acknowledge();
    await nextTurn();
    expect(drained).toBe(true);
  });

  test('a pipe takes no more from its source than waits', async () => {
    const store = new HeldStore();
    let pulled = 0;
    const source = Readable.from(
      (function* () {
        for (; pulled < 10_000; pulled += 1) yield Buffer.from(`${'x'.repeat(99)}\n`);
      })(),
      { highWaterMark: 1 },
    );
    source.pipe(logWritable(store, { stream: 'a', highWaterMark: 1000 }));
    for (let turn = 0; turn < 100; turn += 1) await nextTurn();
    expect(pulled).toBeGreaterThan(0);
    expect(pulled).toBeLessThan(20);
    source.destroy();
  });

  test('a burst of very many lines is written in batches', async () => {
    const store = await openLogs();
    const writable = logWritable(store, { stream: 'a' });
    const text = Array.from({ length: 20_000 }, (_, n) => `${n}\n`).join('');
    await new Promise<void>((resolve) => writable.end(text, resolve));
    expect((await bytesOf(store, 'a')).toString()).toBe(text);
    const epochs = await store.withSnapshot(async ({ view }) =>
      (await toArray(view.lines('a'))).map(({ epoch }) => epoch),
    );
    expect(new Set(epochs).size).toBe(10);
  });

  test('the durability that was asked for goes with each write; what was only queued is flushed before finish', async () => {
    for (const durability of ['power-loss', 'none'] satisfies Durability[]) {
      const store = new HeldStore();
      const writable = logWritable(store, { stream: 'a', durability });
      writable.end('x\n');
      await nextTurn();
      expect(store.writes[0]?.options?.durability).toBe(durability);
      store.acknowledge(durability === 'none' ? null : 1);
      await once(writable, 'finish');
      expect(store.flushes).toBe(durability === 'none' ? 1 : 0);
    }
  });
});

describe('S11: failures', () => {
  test('what the store fails with destroys the stream, typed, and a pipeline rejects with it', async () => {
    const store = new HeldStore();
    const error = new StoreError('POISONED', 'a sync failed');
    const done = pipeline(Readable.from(['a\n', 'b\n']), logWritable(store, { stream: 'a' }));
    await nextTurn();
    await nextTurn();
    store.fail(error);
    await expect(done).rejects.toBe(error);
  });

  test('a clock that throws is INVALID_ARGUMENT, with what it threw as the cause', async () => {
    const cause = new Error('no time');
    const at = (): number => {
      throw cause;
    };
    const writable = logWritable(new HeldStore(), { stream: 'a', at });
    writable.write('a\n');
    expect(await once(writable, 'error')).toMatchObject([{ code: 'INVALID_ARGUMENT', cause }]);
  });

  test('a store that is closed under the stream', async () => {
    const store = await openLogs();
    const writable = logWritable(store, { stream: 'a' });
    await store.close();
    writable.write('a\n');
    expect(await once(writable, 'error')).toMatchObject([{ code: 'NOT_OPEN' }]);
    expect(writable.destroyed).toBe(true);
  });

  test('with retryFor, what may pass is waited out, and nothing is lost or doubled', async () => {
    const store = await openLogs();
    let failures = 3;
    const shaky: LineStore = {
      flush: () => store.flush(),
      write: async (ops, options) => {
        failures -= 1;
        if (failures >= 0) throw new StoreError('NO_SPACE', 'the disk is full');
        return await store.write(ops, options);
      },
    };
    await pipeline(Readable.from(['a\n', 'b']), logWritable(shaky, { stream: 'a', retryFor: 60_000 }));
    expect((await bytesOf(store, 'a')).toString()).toBe('a\nb');
    failures = 1;
    const done = pipeline(Readable.from(['c\n']), logWritable(shaky, { stream: 'a' }));
    await expect(done).rejects.toMatchObject({ code: 'NO_SPACE' });
  });

  test('destroy keeps what was acknowledged, takes back what waits in the queue, and ends the wait of a retry', async () => {
    const held = new HeldStore();
    const writable = logWritable(held, { stream: 'a' });
    writable.write('a\n');
    await nextTurn();
    writable.destroy();
    await once(writable, 'close');
    expect(held.writes[0]?.options?.signal?.aborted).toBe(true);

    const store = await openLogs();
    const real = logWritable(store, { stream: 'a' });
    await new Promise<void>((resolve) => real.write('kept\nnever ended', () => resolve()));
    real.destroy();
    await once(real, 'close');
    expect((await bytesOf(store, 'a')).toString()).toBe('kept\n');

    const full: LineStore = {
      flush: () => store.flush(),
      write: async () => await Promise.reject(new StoreError('NO_SPACE', 'the disk is full')),
    };
    const waiting = logWritable(full, { stream: 'a', retryFor: 1_000_000 });
    waiting.write('a\n');
    await nextTurn();
    waiting.destroy();
    await once(waiting, 'close');
  });

  test.each<[string, () => unknown]>([
    ['no stream', () => logWritable(new HeldStore(), {} as never)],
    ['an empty name', () => logWritable(new HeldStore(), { stream: '' })],
    ['a name with NUL', () => logWritable(new HeldStore(), { stream: 'a\0' })],
    ['no store', () => logWritable({} as never, { stream: 'a' })],
    [
      'an option that does not exist',
      () => logWritable(new HeldStore(), { stream: 'a', levels: 1 } as never),
    ],
    [
      'a level that does not exist',
      () => logWritable(new HeldStore(), { stream: 'a', level: 'fatal' as never }),
    ],
  ])('%s is INVALID_ARGUMENT', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});
