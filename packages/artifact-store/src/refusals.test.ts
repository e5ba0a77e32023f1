import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bytesOf } from './fixtures/bytes.ts';
import { runChild } from './fixtures/run-child.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';

function chmodTree(directory: string, mode: number): void {
  chmodSync(directory, mode);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), mode);
  }
}

test.skipIf(process.platform === 'win32')(
  'S11: a full disk is NO_SPACE, nothing is visible, and the store still works',
  async () => {
    const directory = tempDirectory();
    // The kernel refuses to let any file of that process grow beyond 512 KB, as a full disk would.
    const { stdout, stderr } = await runChild(
      `
      import { fileArtifacts } from '@stepwell/artifact-store';
      process.on('SIGXFSZ', () => {});
      const artifacts = fileArtifacts(process.argv[1]);
      await artifacts.put(Buffer.alloc(2_000_000, 'x')).catch((error) => console.log(error.code, error.retryable));
      console.log((await artifacts.put(Buffer.from('small'))).size);
      await artifacts.close();
    `,
      { args: [directory], launcher: ['bash', '-c', 'ulimit -f 512; exec "$@"', 'bash'] },
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'NO_SPACE true\n5\n', stderr: '' });
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    expect((await openArtifacts(directory).stats())[0]).toMatchObject({ value: 1 });
  },
);

test.skipIf(process.platform === 'win32')(
  'S11: a directory that cannot be written is READ_ONLY to put, and readable',
  async () => {
    const directory = tempDirectory();
    const store = join(directory, 'store');
    const artifacts = openArtifacts(store);
    const { hash } = await artifacts.put(bytesOf('abc'));
    await artifacts.close();
    const script = `
    import { fileArtifacts } from '@stepwell/artifact-store';
    const [directory, hash] = process.argv.slice(1);
    const artifacts = fileArtifacts(directory);
    await artifacts.put(Buffer.from('new')).catch((error) => console.log(error.code));
    for await (const chunk of artifacts.read(hash)) console.log(chunk.toString());
    console.log((await artifacts.verify()).problems.length);
    await artifacts.close();
  `;
    // Root may write anywhere: let somebody else try. Everybody else takes the right to write from themselves.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    chmodTree(directory, process.getuid?.() === 0 ? 0o755 : 0o555);
    try {
      const { stdout, stderr } = await runChild(script, { args: [store, hash], ...nobody });
      expect({ stdout, stderr }).toEqual({ stdout: 'READ_ONLY\nabc\n0\n', stderr: '' });
    } finally {
      chmodTree(directory, 0o755);
    }
  },
);
