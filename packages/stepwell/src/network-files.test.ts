import { readdirSync } from 'node:fs';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.ts';

/** A process to which every directory is on NFS opens the store, keeps something of each kind, and reads it back. */
const program = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  fs.statfsSync = () => ({ type: 0x6969 });
  syncBuiltinESMExports();
  const { open, openReadOnly } = await import('stepwell');
  const [directory, answer] = process.argv.slice(1);
  const options = answer === 'mine alone' ? { records: { networkFiles: true } } : {};
  try {
    const { recorder, close } = await open(directory, options);
    await recorder.execution('remote', async (execution) => {
      await execution.log('a line');
      await execution.artifact('a.txt', { content: Buffer.from('bytes') });
    });
    await close();
    const reader = await openReadOnly(directory, options);
    console.log(await reader.store.withSnapshot(({ view }) => view.records.count('artifact')));
    await reader.close();
  } catch (error) {
    console.log(error.name, error.code, /NFS.*networkFiles: true/.test(error.message));
  }
`;

test.runIf(process.platform === 'linux')(
  'S5, S11: on a network file system nothing is made, unless its owner answers for all of the store',
  async () => {
    await using workspace = await makeWorkspace('network');
    const store = workspace.within('store');
    const refused = await runProgram(program, [store]);
    expect(refused).toMatchObject({ stdout: 'StoreError NOT_SUPPORTED true\n', stderr: '' });
    expect(readdirSync(workspace.path)).toEqual([]);
    const taken = await runProgram(program, [store, 'mine alone']);
    expect(taken).toMatchObject({ stdout: '1\n', stderr: '' });
  },
);
