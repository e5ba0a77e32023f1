import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { artifactCrashPoints } from './crash-points.ts';
import { bytesOf, joined, sha256 } from './fixtures/bytes.ts';
import { runChild, startChild } from './fixtures/run-child.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';

const putAndDie = `
  import { fileArtifacts } from '@stepwell/artifact-store';
  import { setCrashHook } from '@stepwell/core';
  const [directory, at, kind] = process.argv.slice(1);
  setCrashHook((point) => {
    if (point !== at) return;
    if (kind === 'throw') throw new Error('crash point ' + point);
    process.kill(process.pid, 'SIGKILL');
  });
  const artifacts = fileArtifacts(directory);
  try {
    await artifacts.put(Buffer.from('precious'));
    await artifacts.collect({ keep: [], minAge: 0 });
  } catch (error) {
    console.log(error.code, error.message);
  }
  await artifacts.close();
`;

const precious = bytesOf('precious');

const draftLocksIn = (directory: string): readonly string[] =>
  readdirSync(join(directory, 'locks')).filter((name) => name.startsWith('drafts-'));

for (const point of artifactCrashPoints) {
  test(`S7: SIGKILL at ${point} leaves the content whole or absent, and a collection leaves no trace of it`, async () => {
    const directory = tempDirectory();
    expect(await runChild(putAndDie, { args: [directory, point, 'kill'] })).toMatchObject({
      signal: 'SIGKILL',
    });

    const artifacts = openArtifacts(directory);
    expect((await artifacts.verify()).problems).toEqual([]);
    if (await artifacts.has(sha256(precious))) {
      expect((await joined(artifacts.read(sha256(precious)))).toString()).toBe('precious');
    }
    expect(await artifacts.put(precious)).toMatchObject({ hash: sha256(precious) });
    await artifacts.collect();
    await artifacts.close();
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    expect(draftLocksIn(directory)).toEqual([]);
  });

  test(`S11: a failure at ${point} is an error, and nothing half-written stays`, async () => {
    const directory = tempDirectory();
    const { code, stdout } = await runChild(putAndDie, { args: [directory, point, 'throw'] });
    expect(code).toBe(0);
    expect(stdout).toContain(`IO cannot`);
    expect(stdout).toContain(`crash point ${point}`);
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    expect(draftLocksIn(directory)).toEqual([]);
    expect((await openArtifacts(directory).verify()).problems).toEqual([]);
  });
}

test('S7: a draft is collected only when its process is dead', async () => {
  const directory = tempDirectory();
  const child = startChild(
    `
      import { fileArtifacts } from '@stepwell/artifact-store';
      async function* endless() {
        yield Buffer.from('the beginning');
        console.log('writing');
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
      await fileArtifacts(process.argv[1]).put(endless());
    `,
    { args: [directory] },
  );
  expect(await child.firstLine).toBe('writing');

  const artifacts = openArtifacts(directory);
  const nothing = { performed: false, reason: 'there was nothing to delete' };
  expect(await artifacts.collect({ keep: [], minAge: 0 })).toMatchObject(nothing);
  expect(readdirSync(join(directory, 'tmp'))).toHaveLength(1);
  expect((await artifacts.stats())[0]).toMatchObject({ value: 0 });

  child.process.kill('SIGKILL');
  await child.outcome;
  expect(await artifacts.collect()).toMatchObject({
    performed: true,
    measures: [{ value: 0 }, { value: 0 }, { value: 1 }],
  });
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
  expect(draftLocksIn(directory)).toEqual([]);
  expect(await artifacts.collect()).toMatchObject(nothing);
});
