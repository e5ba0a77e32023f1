import { join } from 'node:path';
import { fromSystemError, isStoreError, StoreError } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { Descriptor, FileIdentity, FileSystem } from '../file-system/file-system.ts';
import { decodeManifest, encodeManifest, type Manifest, manifestVersion } from '../format/manifest.ts';
import { checkInPlace } from './check-in-place.ts';
import { corrupt } from './corrupt.ts';

const manifestName = 'MANIFEST';
/** Fixed, since only the holder of the writer lock makes one; recovery deletes what a dead writer left. */
const draftName = 'MANIFEST.tmp';

/** A manifest as it was read. While its file is open no other has the same identity, whatever became of it. */
interface HeldManifest {
  readonly descriptor: Descriptor;
  readonly identity: FileIdentity;
  readonly manifest: Manifest;
}

/** SD-43: the manifest, replaced in one step. */
export class ManifestFile {
  readonly path: string;
  readonly #fs: FileSystem;
  readonly #directory: string;
  readonly #draft: string;
  /** Of the manifest that was read or written last. */
  #identity: FileIdentity | undefined;
  #held: HeldManifest | undefined;

  constructor(fs: FileSystem, directory: string) {
    this.#fs = fs;
    this.#directory = directory;
    this.path = join(directory, manifestName);
    this.#draft = join(directory, draftName);
  }

  /** `undefined` when there is none. @throws `CORRUPT SCHEMA_TOO_NEW IO` */
  read(): Manifest | undefined {
    return this.#load(false);
  }

  /**
   * The same for those who ask all the time. A manifest is only ever replaced, never written to, so what was read stays true
   * as long as the path leads to that very file; a look at the path costs a tenth of reading it. The file is kept open
   * meanwhile, or the system would give its inode to a later one.
   * @throws `CORRUPT SCHEMA_TOO_NEW IO`
   */
  current(): Manifest | undefined {
    const held = this.#held;
    if (held !== undefined && this.#leadsTo(held.identity)) {
      this.#identity = held.identity;
      return held.manifest;
    }
    this.letGo();
    return this.#load(true);
  }

  /** Closes what {@link current} keeps open. */
  letGo(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#fs.close(held.descriptor);
  }

  #load(keep: boolean): Manifest | undefined {
    const read = this.#readBytes();
    if (read === undefined) return undefined;
    const { descriptor, bytes } = read;
    let kept = false;
    try {
      const manifest = this.#decode(bytes);
      const identity = this.#identity;
      // Where files have no numbers that tell them apart, it is read each time; and Windows replaces no file that is open.
      kept = keep && identity !== undefined && identity.inode !== 0 && process.platform !== 'win32';
      if (kept && identity !== undefined) this.#held = { descriptor, identity, manifest };
      return manifest;
    } finally {
      if (!kept) this.#fs.close(descriptor);
    }
  }

  #leadsTo({ inode, device }: FileIdentity): boolean {
    try {
      const found = this.#fs.identify(this.path);
      return found?.inode === inode && found.device === device;
    } catch {
      // Reading it tells what is wrong.
      return false;
    }
  }

  #decode(bytes: Buffer): Manifest {
    let decoded: ReturnType<typeof decodeManifest>;
    try {
      decoded = decodeManifest(bytes);
    } catch (error) {
      throw corrupt(
        this.path,
        0,
        `the manifest is damaged (${error instanceof Error ? error.message : error})`,
        error,
      );
    }
    if (!('tooNew' in decoded)) return decoded;
    throw new StoreError(
      'SCHEMA_TOO_NEW',
      `${this.path} is of version ${decoded.tooNew}; this is ${manifestVersion}`,
      {
        details: { file: this.path, version: decoded.tooNew },
      },
    );
  }

  /**
   * Puts `next` in the place of `current`: whole or not at all, also when the power fails.
   * @throws `POISONED` when it is unclear which of the two is there; `NO_SPACE IO READ_ONLY` when it is still `current`
   */
  async replace(current: Manifest | undefined, next: Manifest): Promise<void> {
    const found = this.read();
    if (found?.generation !== current?.generation) {
      throw new StoreError(
        'POISONED',
        `${this.path} was replaced by somebody who does not hold the writer lock`,
      );
    }
    const written = await this.#writeDraft(encodeManifest(next));
    logCrashPoint('log:manifest.tmp');
    try {
      this.#fs.rename(this.#draft, this.path);
      this.#identity = written;
    } catch (error) {
      throw this.#withoutDraft(fromSystemError(error, `cannot replace ${this.path}`));
    }
    logCrashPoint('log:manifest.renamed');
    try {
      await this.#fs.fsyncDirectory(this.#directory);
    } catch (error) {
      throw new StoreError('POISONED', `cannot sync ${this.#directory} after replacing the manifest`, {
        cause: error,
      });
    }
    this.letGo();
  }

  /**
   * For the holder of the writer lock: nobody else may have put another manifest in the place of the one it knows.
   * @throws `POISONED`
   */
  checkInPlace(): void {
    checkInPlace(this.#fs, this.path, this.#identity);
  }

  /** The same for everybody: the holder may be replacing it by the next one, which is there all the time. */
  checkIsThere(): void {
    checkInPlace(this.#fs, this.path, this.#fs.identify(this.path));
  }

  /** Deletes what a writer left that died between the two steps. */
  removeDraft(): void {
    try {
      this.#fs.unlink(this.#draft);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw fromSystemError(error, `cannot delete ${this.#draft}`);
    }
  }

  async #writeDraft(bytes: Buffer): Promise<FileIdentity | undefined> {
    try {
      this.removeDraft();
      const file = this.#fs.open(this.#draft, 'create');
      try {
        let written = 0;
        while (written < bytes.length) {
          const count = this.#fs.pwrite(file, bytes, written, bytes.length - written, written);
          if (count === 0) throw new Error('the disk takes no more bytes and does not say why');
          written += count;
        }
        await this.#fs.fsync(file);
        return this.#fs.identify(file);
      } finally {
        this.#fs.close(file);
      }
    } catch (error) {
      throw this.#withoutDraft(fromSystemError(error, `cannot write ${this.#draft}`));
    }
  }

  /** Deletes the draft after a failure; should that fail as well, the error tells of both. */
  #withoutDraft(failure: StoreError): StoreError {
    try {
      this.removeDraft();
      return failure;
    } catch (cause) {
      return new StoreError(failure.code, failure.message, { cause: new AggregateError([failure, cause]) });
    }
  }

  #readBytes(): { readonly descriptor: Descriptor; readonly bytes: Buffer } | undefined {
    let file: Descriptor | undefined;
    try {
      file = this.#fs.open(this.path, 'read');
      const bytes = Buffer.alloc(this.#fs.size(file));
      let filled = 0;
      while (filled < bytes.length) {
        const count = this.#fs.pread(file, bytes, filled, bytes.length - filled, filled);
        if (count === 0) break;
        filled += count;
      }
      this.#identity = this.#fs.identify(file);
      return { descriptor: file, bytes: bytes.subarray(0, filled) };
    } catch (error) {
      if (file !== undefined) this.#fs.close(file);
      if (!isStoreError(error) && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw fromSystemError(error, `cannot read ${this.path}`, { reading: true });
    }
  }
}
