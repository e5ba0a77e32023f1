import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
  appendLines,
  type CombinedView,
  combine,
  type LogView,
  openStore,
  putExecution,
  putStep,
  type RecordingStore,
  type RecordView,
} from '@stepwell/core';
import { makeWorkspace, memoryLogs, memoryRecords, type Workspace } from '@stepwell/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { open } from '../open.ts';
import { type ExportedLog, type ExportLogsOptions, exportLogs } from './export-logs.ts';
import { fileNameOf } from './file-name-of.ts';

let workspace: Workspace;
let store: RecordingStore;
let target: string;

beforeEach(async () => {
  workspace = await makeWorkspace('export');
  target = workspace.within('out');
  store = await openStore(combine({ records: memoryRecords(), logs: memoryLogs() }));
});
afterEach(async () => {
  await store.close();
  await workspace[Symbol.asyncDispose]();
});

const execution = (id: string) => putExecution({ id, name: 'n', createdAt: 1 });
const step = (executionId: string, index: number, id: string) =>
  putStep({ id, executionId, name: 's', index, createdAt: 1 });

async function exportAll(options?: ExportLogsOptions) {
  return await store.withSnapshot(({ view }) => exportLogs(view, target, options));
}

/** Each file with what is in it. */
async function filesIn(directory: string): Promise<Record<string, string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = await Promise.all(
    files.sort().map(async (path) => [relative(directory, path), await readFile(path, 'latin1')] as const),
  );
  return Object.fromEntries(read);
}

describe('SF-46: logs as files', () => {
  test('one for the run, one for each step, one for what belongs to none; none without lines', async () => {
    await store.write([
      execution('run-1'),
      step('run-1', 0, 'aaa'),
      step('run-1', 1, 'bbb'),
      step('run-1', 2, 'silent'),
      appendLines('run-1', ['begin', { content: 'no end', terminated: false }]),
      appendLines('aaa', [Uint8Array.of(0xff, 13), '', 'x']),
      appendLines('bbb', ['b']),
      appendLines('of nobody', ['alone']),
    ]);
    const told: ExportedLog[] = [];
    const report = await exportAll({ onFile: (file) => told.push(file) });
    const files = {
      'executions/run-1/execution.log': 'begin\nno end',
      'executions/run-1/step_0_aaa.log': '\xff\r\n\nx\n',
      'executions/run-1/step_1_bbb.log': 'b\n',
      [`streams/${fileNameOf('of nobody')}.log`]: 'alone\n',
    };
    expect(await filesIn(target)).toEqual(files);
    expect(report).toEqual({ files: 4, bytes: Object.values(files).join('').length, lostLines: 0 });
    expect(told.map(({ path }) => relative(target, path))).toEqual(Object.keys(files));
    expect(told.map(({ executionId, stepId }) => [executionId, stepId])).toEqual([
      ['run-1', null],
      ['run-1', 'aaa'],
      ['run-1', 'bbb'],
      [null, null],
    ]);
  });

  test('with timestamps each line has the time at its beginning', async () => {
    const at = Date.UTC(2025, 7, 1);
    await store.write([execution('r'), step('r', 0, 's'), appendLines('s', [{ content: 'hello', at }])]);
    await exportAll({ timestamps: true });
    expect(await filesIn(target)).toEqual({
      'executions/r/step_0_s.log': '[2025-08-01T00:00:00.000Z] hello\n',
    });
  });

  test('only the executions that were asked for; one that does not exist is NOT_FOUND, and nothing is written', async () => {
    await store.write(['a', 'b', 'c'].flatMap((id) => [execution(id), appendLines(id, [id])]));
    await store.write([appendLines('alone', ['x'])]);
    await exportAll({ executions: ['b'] });
    expect(Object.keys(await filesIn(target))).toEqual(['executions/b/execution.log']);
    target = workspace.within('other');
    await expect(exportAll({ executions: ['a', 'z'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(stat(target)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a store of files: what the recorder logged', async () => {
    const { recorder, store: files, close } = await open(workspace.within('store'));
    const long = 'x'.repeat(300_000);
    const run = await recorder.execution('nightly', async (handle) => {
      await handle.step('compile', (one) => one.log(`${long}\n\nend`));
      return handle.id;
    });
    await files.withSnapshot(({ view }) => exportLogs(view, target));
    await close();
    const [[path, text] = ['', '']] = Object.entries(await filesIn(target));
    expect(path).toMatch(new RegExp(`^executions/${run}/step_0_[0-9a-f-]{36}\\.log$`));
    expect(text === `${long}\n\nend\n`).toBe(true);
  });
});

describe('names from users never lead out of the directory, and never meet', () => {
  const ids = [
    '..',
    '.',
    '/',
    '../../../outside',
    '/tmp/outside',
    'a/b',
    'a_b',
    'a\\b',
    'CON',
    'con',
    'nul.txt',
    'ABC',
    'abc',
    'Abc',
    'é',
    'e\u0301',
    ' ',
    'a ',
    'a',
    'a.',
    '-rf',
    '~',
    'a\nb',
    '🙂',
    'x'.repeat(1024),
    `${'x'.repeat(1023)}y`,
    '日'.repeat(1024),
  ];

  test('of executions, of steps, and of streams', async () => {
    for (const [index, id] of ids.entries()) {
      await store.write([execution(id), appendLines(id, [`run ${index}`])]);
      await store
        .write([
          step('a/b', index, `s ${id}`.slice(0, 1024)),
          appendLines(`s ${id}`.slice(0, 1024), [`step ${index}`]),
        ])
        .catch(() => undefined);
      await store.write([appendLines(`:${id}`.slice(0, 1024), [`stream ${index}`])]);
    }
    const before = await readdir(workspace.path);
    const { files } = await exportAll();
    const found = await filesIn(target);
    expect(Object.keys(found)).toHaveLength(files);
    expect(await readdir(workspace.path)).toEqual([...before, 'out'].sort());
    const texts = Object.values(found).map((text) => text.trim());
    for (const [index] of ids.entries()) expect(texts).toContain(`run ${index}`);
    for (const path of Object.keys(found)) {
      expect(path).toMatch(/^(executions\/[\w.~-]+\/(execution|step_\d+_[\w.~-]+)|streams\/[\w.~-]+)\.log$/);
      for (const part of path.split('/')) expect(part.length).toBeLessThan(128);
    }
    const folded = Object.keys(found).map((path) => path.toLowerCase().normalize('NFKC'));
    expect(new Set(folded).size).toBe(files);
  });

  test('a stream whose name no backend would take, 4 KB and with NUL, is a file like any other', async () => {
    const names = ['\0', 'a\0b', '/'.repeat(4096), '\ud800'];
    const logs = {
      streams: async function* () {
        yield* names;
      },
      info: async () => ({ first: 1, lines: 1, lost: [] }),
      lines: async function* () {
        yield { number: 1, bytes: Buffer.from('x'), terminated: true };
      },
    } as unknown as LogView;
    const records = {
      list: async function* () {},
      get: async () => undefined,
    } as unknown as RecordView;
    const view: CombinedView<RecordView> = { records, logs };
    expect(await exportLogs(view, target)).toMatchObject({ files: 4 });
    expect(Object.keys(await filesIn(target))).toHaveLength(4);
  });
});

describe('what is there already', () => {
  beforeEach(async () => {
    await store.write([execution('r'), appendLines('r', ['new'])]);
    await mkdir(join(target, 'executions/r'), { recursive: true });
  });

  test('is refused, and stays, link or file', async () => {
    const path = join(target, 'executions/r/execution.log');
    for (const make of [() => symlink('/nowhere/at/all', path), () => writeFile(path, 'old')]) {
      // Windows makes links for administrators only.
      await make().catch(() => writeFile(path, 'old'));
      await expect(exportAll()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', details: { path } });
      expect(await readdir(join(target, 'executions/r'))).toEqual(['execution.log']);
      await rm(path);
    }
  });

  test('is refused also when it comes while the file is written', async () => {
    const path = join(target, 'executions/r/execution.log');
    await store.withSnapshot(async ({ view }) => {
      const lines: LogView['lines'] = async function* (...given) {
        await writeFile(path, 'theirs');
        yield* view.logs.lines(...given);
      };
      const racing = { records: view.records, logs: { ...bound(view.logs), lines } };
      await expect(exportLogs(racing, target)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    });
    expect(await readFile(path, 'utf8')).toBe('theirs');
    expect(await readdir(join(target, 'executions/r'))).toEqual(['execution.log']);
  });

  test('is replaced in one step where that is asked for', async () => {
    const path = join(target, 'executions/r/execution.log');
    await writeFile(path, 'old');
    await exportAll({ overwrite: true });
    expect(await filesIn(target)).toEqual({ 'executions/r/execution.log': 'new\n' });
  });
});

/** A view whose methods can be handed on one by one. */
function bound(logs: LogView): LogView {
  return {
    lines: (...given) => logs.lines(...given),
    info: (stream) => logs.info(stream),
    search: (...given) => logs.search(...given),
    counts: (...given) => logs.counts(...given),
    streams: () => logs.streams(),
  };
}

describe('S11: what ends it leaves whole files only', () => {
  beforeEach(async () => {
    for (const id of ['a', 'b']) await store.write([execution(id), appendLines(id, [id])]);
  });

  test('the signal', async () => {
    const controller = new AbortController();
    const done = exportAll({ signal: controller.signal, onFile: () => controller.abort() });
    await expect(done).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await filesIn(target)).toEqual({ 'executions/a/execution.log': 'a\n' });
  });

  test('a read that fails half-way', async () => {
    await store.withSnapshot(async ({ view }) => {
      const lines: LogView['lines'] = async function* (...given) {
        for await (const line of view.logs.lines(...given)) {
          for (let n = 0; n < 10; n += 1) yield { ...line, bytes: Buffer.alloc(100_000) };
          throw new TypeError('broken');
        }
      };
      const broken = { records: view.records, logs: { ...bound(view.logs), lines } };
      await expect(exportLogs(broken, target)).rejects.toThrow('broken');
    });
    expect(await filesIn(target)).toEqual({});
  });

  test('a file where a directory must be is INVALID_ARGUMENT, with its path', async () => {
    await writeFile(target, 'a file');
    await expect(exportAll()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('options and directories that cannot be', async () => {
    for (const options of [{ overwrites: true }, { executions: 'a' }, { timestamps: 1 }] as never[])
      await expect(exportAll(options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    target = 'a\0b';
    await expect(exportAll()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

test('S2: lost lines are marked in the file, and counted', async () => {
  await store.write([execution('r'), appendLines('r', ['1', '2', '3', '4'])]);
  await store.withSnapshot(async ({ view }) => {
    const lossy: LogView = {
      ...bound(view.logs),
      info: async (stream) => {
        const info = await view.logs.info(stream);
        return info && { ...info, lost: [{ from: 2, to: 3 }] };
      },
      lines: async function* (...given) {
        for await (const line of view.logs.lines(...given)) if (line.number % 3 === 1) yield line;
      },
    };
    const report = await exportLogs({ records: view.records, logs: lossy }, target);
    expect(report.lostLines).toBe(2);
  });
  expect(await filesIn(target)).toEqual({
    'executions/r/execution.log': '1\n[stepwell: lines 2 to 3 were lost when the power failed]\n4\n',
  });
});
