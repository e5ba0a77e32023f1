import { once } from 'node:events';
import { appendLines, type LogLine, openReader, openStore, toArray } from '@stepwell/core';
import { runChild } from '@stepwell/testkit';
import pino from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fileLogs } from '../driver/file-logs.ts';
import { tempDirectory } from '../fixtures/temp-directory.ts';
import { pinoDestination } from './pino-destination.ts';

async function linesOf(directory: string, stream: string): Promise<LogLine[]> {
  const reader = await openReader(fileLogs({ directory }));
  try {
    return await reader.withSnapshot(async ({ view }) => await toArray(view.lines(stream)));
  } finally {
    await reader.close();
  }
}

function numbersOf(lines: readonly LogLine[]): number[] {
  return lines.map(({ text }) => (JSON.parse(text) as { readonly n: number }).n);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

describe('pinoDestination', () => {
  test('keeps each line of a real logger byte for byte, with its level and time', async () => {
    const directory = tempDirectory();
    const store = await openStore(fileLogs({ directory }));
    onTestFinished(() => store.close());
    const destination = pinoDestination(store, { stream: 'app', source: 'stdout' });
    const printed: string[] = [];
    const logger = pino(
      { level: 'trace' },
      pino.multistream([
        { level: 'trace', stream: destination },
        { level: 'trace', stream: { write: (line: string) => printed.push(line) } },
      ]),
    );
    const before = Date.now();
    logger.trace('t');
    logger.debug({ a: 1 }, 'größe %s', '🙂');
    logger.child({ request: 7 }).info('multi\nline');
    logger.warn('w');
    logger.error(new Error('broken'));
    logger.fatal('lone \ud800 surrogate');
    destination.write('not JSON\n');
    await new Promise<void>((resolve, reject) =>
      destination.flush((error) => (error instanceof Error ? reject(error) : resolve())),
    );
    const lines = await linesOf(directory, 'app');
    expect(lines.map(({ text }) => `${text}\n`).slice(0, 6)).toEqual(
      printed.map((line) => line.toWellFormed()),
    );
    expect(lines.map(({ level }) => level)).toEqual([
      'debug',
      'debug',
      'info',
      'warning',
      'error',
      'error',
      'info',
    ]);
    expect(lines[6]).toMatchObject({ text: 'not JSON', source: 'stdout' });
    for (const { text, at } of lines.slice(0, 6)) {
      expect(at).toBe((JSON.parse(text) as { readonly time: number }).time);
      expect(at).toBeGreaterThanOrEqual(before);
    }
  });

  test('logger.flush answers when the lines are acknowledged, and with what keeps them from it', async () => {
    const directory = tempDirectory();
    const store = await openStore(fileLogs({ directory }));
    const destination = pinoDestination(store, { stream: 'app' });
    const logger = pino(destination);
    logger.info('a');
    expect(await flushed(logger)).toBeUndefined();
    expect(await linesOf(directory, 'app')).toHaveLength(1);
    await store.close();
    // A flush that takes no parameter counts as done when it returns, in pino's threads.
    expect(destination.flush).toHaveLength(1);
    const failed = once(destination, 'error');
    logger.info('b');
    expect(await flushed(logger)).toBeInstanceOf(Error);
    expect(await failed).toMatchObject([{ code: 'NOT_OPEN' }]);
    // A logger whose destination has gone must not take the program with it.
    logger.info('c');
  });
});

function flushed(logger: pino.Logger): Promise<Error | undefined> {
  return new Promise((resolve) => logger.flush((error) => resolve(error ?? undefined)));
}

describe('the transport @stepwell/log-writer/pino', () => {
  test.each(['process.exit', 'throw', 'the last line'])(
    'a process that logs 2,000 lines and ends by %s loses none',
    async (end) => {
      const directory = tempDirectory();
      const code = { 'process.exit': 7, throw: 1 }[end] ?? 0;
      await using child = start({ directory, stream: 'app', by: 'transport', lines: 2_000, end });
      expect(await child.exited, child.stderr).toMatchObject({ code });
      const lines = await linesOf(directory, 'app');
      expect(numbersOf(lines)).toEqual(upTo(2_000));
      expect(new Set(lines.map(({ level }) => level))).toEqual(new Set(['info']));
    },
  );

  test('S5: processes log into one directory at once, beside a shared writer, and each keeps its order', async () => {
    const directory = tempDirectory();
    const store = await openStore(fileLogs({ directory }), { writer: 'shared' });
    const streams = ['a', 'b'];
    const children = streams.map((stream) =>
      start({ directory, stream, by: 'transport', lines: 500, end: 'the last line' }),
    );
    for (let n = 0; n < 20; n += 1) await store.write([appendLines('own', [`${n}`])]);
    for (const child of children) expect(await child.exited, child.stderr).toMatchObject({ code: 0 });
    await store.close();
    for (const stream of streams) expect(numbersOf(await linesOf(directory, stream))).toEqual(upTo(500));
    expect(await linesOf(directory, 'own')).toHaveLength(20);
  });

  test('S5: logs that another writer has to itself are refused to the logger, which says so', async () => {
    const directory = tempDirectory();
    const store = await openStore(fileLogs({ directory }));
    onTestFinished(() => store.close());
    const transport = pino.transport({
      target: new URL('../../dist/writers/pino-worker.js', import.meta.url).href,
      options: { directory, stream: 'app' },
    });
    const [error] = (await once(transport, 'error')) as [Error];
    // Of an error that passes from thread to thread only its message is left.
    expect(error.message).toMatch(/^the lock "writer" .* by process \d+/);
  });
});

describe('S2, S7: killed at any instant', () => {
  test.each(['transport', 'destination'])(
    'what the flush of a logger acknowledged is there: %s',
    async (by) => {
      const directory = tempDirectory();
      await using child = start({ directory, stream: 'app', by, lines: 1_000_000, end: 'killed' });
      await child.waitFor(({ acknowledged }) => acknowledged >= 50);
      await child.kill();
      const acknowledged = child.messages.at(-1)?.acknowledged ?? 0;
      const store = await openStore(fileLogs({ directory }), { onWarning: () => {} });
      await store.close();
      const numbers = numbersOf(await linesOf(directory, 'app'));
      expect(numbers).toEqual(upTo(numbers.length));
      expect(numbers.length).toBeGreaterThanOrEqual(acknowledged);
    },
  );
});

interface Work {
  readonly directory: string;
  readonly stream: string;
  readonly by: string;
  readonly lines: number;
  readonly end: string;
}

function start(work: Work) {
  return runChild<{ readonly acknowledged: number }>(new URL('../fixtures/pino-child.mjs', import.meta.url), {
    args: [JSON.stringify(work)],
  });
}
