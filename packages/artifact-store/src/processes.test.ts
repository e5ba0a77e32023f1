import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runChild } from './fixtures/run-child.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';

test('SF-37: several processes that put the same bytes at once all succeed, and one blob is there', async () => {
  const directory = tempDirectory();
  const putAgainAndAgain = `
    import { fileArtifacts } from '@stepwell/artifact-store';
    const artifacts = fileArtifacts(process.argv[1]);
    for (let turn = 0; turn < 25; turn += 1) {
      const { hash } = await artifacts.put(Buffer.alloc(300_000, 'shared'));
      let size = 0;
      for await (const chunk of artifacts.read(hash)) size += chunk.length;
      if (size !== 300_000) throw new Error('read ' + size);
    }
    await artifacts.close();
  `;
  const outcomes = await Promise.all(
    [1, 2, 3].map(async () => await runChild(putAgainAndAgain, { args: [directory] })),
  );
  for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 0, stderr: '' });
  const artifacts = openArtifacts(directory);
  expect((await artifacts.stats())[0]).toMatchObject({ value: 1 });
  expect((await artifacts.verify()).problems).toEqual([]);
  expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
});

test('S10: a stream of any length is stored in constant memory', async () => {
  const measure = `
    import { fileArtifacts } from '@stepwell/artifact-store';
    async function* megabytes(count) {
      for (let index = 0; index < count; index += 1) yield Buffer.alloc(1024 * 1024, index);
    }
    const artifacts = fileArtifacts(process.argv[1]);
    await artifacts.put(megabytes(16));
    const before = process.resourceUsage().maxRSS;
    const { hash, size } = await artifacts.put(megabytes(256));
    for await (const chunk of artifacts.read(hash));
    console.log(JSON.stringify({ size, grownMegabytes: (process.resourceUsage().maxRSS - before) / 1024 }));
    await artifacts.close();
  `;
  const { stdout, stderr } = await runChild(measure, { args: [tempDirectory()] });
  expect(stderr).toBe('');
  const { size, grownMegabytes } = JSON.parse(stdout) as { size: number; grownMegabytes: number };
  expect(size).toBe(256 * 1024 * 1024);
  expect(grownMegabytes).toBeLessThan(96);
});
