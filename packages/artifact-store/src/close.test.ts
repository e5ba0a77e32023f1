import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bytesOf } from './fixtures/bytes.ts';
import { runChild } from './fixtures/run-child.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';

/** A stream that yields `bytes`, and then nothing, without ending. `waiting` resolves when it is there. */
function endless(bytes: Uint8Array): {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly waiting: Promise<void>;
} {
  let arrived = (): void => undefined;
  const waiting = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield bytes;
    arrived();
    await new Promise(() => undefined);
  }
  return { stream: stream(), waiting };
}

test('S10: close does not wait for ever: a put whose stream never ends is ABORTED and leaves nothing', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory, { closeWait: 0 });
  const { stream, waiting } = endless(bytesOf('abc'));
  const put = artifacts.put(stream);
  const outcome = expect(put).rejects.toMatchObject({ code: 'ABORTED', cause: { code: 'NOT_OPEN' } });
  await waiting;
  expect(readdirSync(join(directory, 'tmp'))).toHaveLength(1);
  await artifacts.close();
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  expect(readdirSync(join(directory, 'locks')).filter((name) => name.startsWith('drafts-'))).toEqual([]);
  await outcome;
});

test('S10: nor for a stream that never stops yielding', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory, { closeWait: 0 });
  async function* flood(): AsyncGenerator<Uint8Array> {
    for (;;) yield new Uint8Array(1);
  }
  const outcome = expect(artifacts.put(flood())).rejects.toMatchObject({ code: 'ABORTED' });
  await artifacts.close();
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  await outcome;
});

test('S10: nor for a collection that is never told what to keep', async () => {
  const artifacts = openArtifacts(tempDirectory(), { closeWait: 0 });
  const { hash } = await artifacts.put(bytesOf('abc'));
  async function* keep(): AsyncGenerator<string> {
    yield hash;
    await new Promise(() => undefined);
  }
  const outcome = expect(artifacts.collect({ keep: keep() })).rejects.toMatchObject({ code: 'ABORTED' });
  await artifacts.close();
  await outcome;
});

test('S2: what comes to its end in that time is stored', async () => {
  const directory = tempDirectory();
  const artifacts = openArtifacts(directory);
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield bytesOf('a');
    await finished;
    yield bytesOf('bc');
  }
  const put = artifacts.put(slow());
  const closed = artifacts.close();
  finish();
  const { hash } = await put;
  await closed;
  expect(await openArtifacts(directory).stat(hash)).toMatchObject({ size: 3 });
});

test('S11: many puts may share one signal, without a warning, and it still ends all of them', async () => {
  const artifacts = openArtifacts(tempDirectory());
  const controller = new AbortController();
  const warnings: Error[] = [];
  const onWarning = (warning: Error): unknown => warnings.push(warning);
  process.on('warning', onWarning);
  const streams = Array.from({ length: 15 }, () => endless(bytesOf('x')));
  const puts = Promise.allSettled(
    streams.map(({ stream }) => artifacts.put(stream, { signal: controller.signal })),
  );
  await Promise.all(streams.map(({ waiting }) => waiting));
  controller.abort('enough');
  const outcomes = await puts;
  process.off('warning', onWarning);
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toEqual(
    streams.map(() => 'ABORTED'),
  );
  expect(warnings).toEqual([]);
});

test('S10: a program whose last put never ends still ends, within the wait', async () => {
  const directory = tempDirectory();
  const script = `
    import { fileArtifacts } from '@stepwell/artifact-store';
    const artifacts = fileArtifacts(process.argv[1], { closeWait: 50 });
    async function* endless() {
      yield Buffer.from('abc');
      await new Promise(() => {});
    }
    artifacts.put(endless()).catch(({ code, cause }) => console.log(code, cause.message));
    await artifacts.close();
    console.log('closed');
  `;
  const outcome = await runChild(script, { args: [directory] });
  expect(outcome).toMatchObject({
    code: 0,
    stdout: 'ABORTED the artifact store was closed 50 ms ago\nclosed\n',
    stderr: '',
  });
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
});
