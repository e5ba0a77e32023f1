import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bytesOf, chunks, joined, sha256 } from './fixtures/bytes.ts';
import { openArtifacts, tempDirectory } from './fixtures/temp-directory.ts';

/** The well-known SHA-256 of nothing and of `abc` (FIPS 180-4). */
const hashOfNothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const hashOfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('sources', () => {
  test('SF-37: a file, bytes and a stream of the same content are one blob at its hash', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(join(directory, 'store'));
    const file = join(directory, 'letters.txt');
    writeFileSync(file, 'abc');
    async function* stream(): AsyncGenerator<Uint8Array> {
      yield bytesOf('a');
      yield bytesOf('bc');
    }
    expect(await artifacts.put(file)).toEqual({
      hash: hashOfAbc,
      size: 3,
      mimeType: 'text/plain',
      type: 'document',
    });
    expect(await artifacts.put(bytesOf('abc'), { name: 'a.json' })).toEqual({
      hash: hashOfAbc,
      size: 3,
      mimeType: 'application/json',
      type: 'data',
    });
    expect(await artifacts.put(stream())).toMatchObject({
      hash: hashOfAbc,
      mimeType: 'application/octet-stream',
    });
    expect(readdirSync(join(directory, 'store/sha256'))).toEqual([hashOfAbc.slice(0, 2)]);
    expect(
      readFileSync(join(directory, 'store/sha256', hashOfAbc.slice(0, 2), hashOfAbc.slice(2)), 'utf8'),
    ).toBe('abc');
    expect(readdirSync(join(directory, 'store/tmp'))).toEqual([]);
  });

  test('SF-37: nothing at all is content too', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(directory);
    expect(await artifacts.put(new Uint8Array())).toMatchObject({ hash: hashOfNothing, size: 0 });
    expect(await artifacts.put(chunks(0, 1))).toMatchObject({ hash: hashOfNothing, size: 0 });
    expect(await joined(artifacts.read(hashOfNothing))).toHaveLength(0);
  });

  test('SF-37: a missing source is NOT_FOUND, and nothing is stored', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(join(directory, 'store'));
    symlinkSync(join(directory, 'nowhere'), join(directory, 'dangling'));
    for (const path of ['absent.txt', 'absent/deeper.txt', 'dangling']) {
      await expect(artifacts.put(join(directory, path))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(readdirSync(directory)).toEqual(['dangling']);
  });

  test('SF-37: a directory, a device and what is no content are INVALID_ARGUMENT', async () => {
    const artifacts = openArtifacts(tempDirectory());
    await expect(artifacts.put(tempDirectory())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(artifacts.put('a\0b')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(artifacts.put(42 as unknown as string)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    if (process.platform !== 'win32') {
      await expect(artifacts.put('/dev/zero')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
    async function* text(): AsyncGenerator<Uint8Array> {
      yield 'text' as unknown as Uint8Array;
    }
    await expect(artifacts.put(text())).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  test('SF-37: a symbolic link is followed to its file, but not out of the directories that are allowed', async () => {
    const directory = tempDirectory();
    const allowed = join(directory, 'workspace');
    mkdirSync(allowed);
    writeFileSync(join(directory, 'secret'), 'secret');
    writeFileSync(join(allowed, 'real.txt'), 'abc');
    symlinkSync(join(allowed, 'real.txt'), join(allowed, 'inside.txt'));
    symlinkSync(join(directory, 'secret'), join(allowed, 'outside.txt'));
    symlinkSync(directory, join(allowed, 'up'));

    const anywhere = openArtifacts(join(directory, 'store'));
    expect(await anywhere.put(join(allowed, 'outside.txt'))).toMatchObject({ size: 6 });

    const artifacts = openArtifacts(join(directory, 'store'), {
      within: [join(directory, 'not-yet'), allowed],
    });
    expect(await artifacts.put(join(allowed, 'inside.txt'))).toMatchObject({ hash: hashOfAbc });
    for (const path of [
      join(allowed, 'outside.txt'),
      join(allowed, 'up/secret'),
      join(allowed, '../secret'),
    ]) {
      await expect(artifacts.put(path)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });
});

describe('limits', () => {
  test('SF-37: content above the cap is refused, wherever it comes from, and leaves nothing', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(join(directory, 'store'), { maxBytes: 10 });
    const file = join(directory, 'large');
    writeFileSync(file, 'x'.repeat(11));
    for (const source of [file, new Uint8Array(11), chunks(3, 4)]) {
      await expect(artifacts.put(source)).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
        details: { maxBytes: 10 },
      });
    }
    expect(await artifacts.put(new Uint8Array(10))).toMatchObject({ size: 10 });
    expect(readdirSync(join(directory, 'store/tmp'))).toEqual([]);
  });

  test('a limit that is no amount is INVALID_ARGUMENT', () => {
    for (const options of [{ maxBytes: -1 }, { maxBytes: Number.NaN }, { lockWait: -5 }]) {
      expect(() => openArtifacts('unused', options)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });

  test('an abort ends a put at once, even while the source is silent, and leaves nothing', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(directory);
    await expect(artifacts.put(bytesOf('abc'), { signal: AbortSignal.abort('early') })).rejects.toMatchObject(
      {
        code: 'ABORTED',
        cause: 'early',
      },
    );
    const controller = new AbortController();
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield bytesOf('abc');
      queueMicrotask(() => controller.abort(new Error('enough')));
      await new Promise(() => undefined);
    }
    await expect(artifacts.put(silent(), { signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    expect(await artifacts.has(hashOfAbc)).toBe(false);
  });

  test('S11: a source that fails is an IO error with its cause, and the store still works', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(directory);
    const cause = new Error('the wire broke');
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytesOf('abc');
      throw cause;
    }
    await expect(artifacts.put(broken())).rejects.toMatchObject({ code: 'IO', cause });
    expect(readdirSync(join(directory, 'tmp'))).toEqual([]);
    expect(await artifacts.put(bytesOf('abc'))).toMatchObject({ hash: hashOfAbc });
  });
});

describe('an existing blob', () => {
  test('SD-43: one that is damaged, cut short or emptied is mended by the next put', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(directory);
    const content = bytesOf('the same bytes');
    const { hash } = await artifacts.put(content);
    const path = join(directory, 'sha256', hash.slice(0, 2), hash.slice(2));
    for (const damage of ['the same bytez', 'the', '']) {
      writeFileSync(path, damage);
      expect(await artifacts.put(content)).toMatchObject({ hash });
      expect(readFileSync(path, 'utf8')).toBe('the same bytes');
    }
    expect((await artifacts.verify()).problems).toEqual([]);
  });

  test('many puts of the same and of different bytes at once end as one blob each', async () => {
    const directory = tempDirectory();
    const artifacts = openArtifacts(directory);
    const contents = Array.from({ length: 40 }, (_, index) => bytesOf(`content ${index % 4}`));
    const stored = await Promise.all(contents.map(async (content) => await artifacts.put(content)));
    expect(stored.map(({ hash }) => hash)).toEqual(contents.map(sha256));
    expect(await artifacts.stats()).toMatchObject([{ value: 4 }, { value: 36 }]);
  });
});
