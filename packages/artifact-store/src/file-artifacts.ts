import { resolve } from 'node:path';
import {
  type ContentSource,
  checkOptions,
  filePath,
  fromSystemError,
  type LockProvider,
  type MaintenanceOptions,
  type MaintenanceReport,
  type Measure,
  type StoredContent,
  StoreError,
} from '@stepwell/core';
import { fileLocks } from '@stepwell/file-lock';
import type { ArtifactStore, CollectOptions, Hold, StoredBlob } from './artifact-store.ts';
import { type BlobLock, blobLock } from './blobs/blob-lock.ts';
import { scanShards, statBlob } from './blobs/list-blobs.ts';
import { readBlob } from './blobs/read-blob.ts';
import { verifyBlobs } from './blobs/verify-blobs.ts';
import { checkSignal } from './check-signal.ts';
import { collect } from './collect.ts';
import { DraftSession } from './drafts/draft-session.ts';
import { blobPath, checkHash, type Layout, layoutOf } from './layout.ts';
import { putContent } from './put-content.ts';
import {
  artifactDefaults,
  artifactOptionShape,
  collectOptionShape,
  type FileArtifactsOptions,
  putOptionShape,
  verifyOptionShape,
} from './settings.ts';
import { UnderWay } from './under-way.ts';

/**
 * Artifacts as content-addressed files under `directory`, which is made by the first `put`.
 *
 * @throws `INVALID_ARGUMENT` for what is no path, an option that does not exist or a value that it cannot have
 * @example
 * ```ts
 * import { fileArtifacts } from '@stepwell/artifact-store';
 *
 * const artifacts = fileArtifacts('.stepwell/artifacts');
 * const { hash, size, mimeType } = await artifacts.put(new TextEncoder().encode('hello'), { name: 'hello.txt' });
 * for await (const chunk of artifacts.read(hash)) process.stdout.write(chunk);
 * console.log(size, mimeType); // 5 text/plain
 * await artifacts.close();
 * ```
 */
export function fileArtifacts(directory: string, options: FileArtifactsOptions = {}): ArtifactStore {
  const path = resolve(filePath(directory, 'directory'));
  return new FileArtifacts(layoutOf(path), checkOptions<FileArtifactsOptions>(options, artifactOptionShape));
}

class FileArtifacts implements ArtifactStore {
  readonly #layout: Layout;
  readonly #locks: LockProvider;
  readonly #ownsLocks: boolean;
  readonly #lock: BlobLock;
  readonly #session: DraftSession;
  readonly #limits: { readonly maxBytes: number; readonly within: readonly string[] | undefined };
  readonly #now: () => number;
  readonly #underWay = new UnderWay();
  readonly #closeWait: number;
  #closing: Promise<void> | undefined;

  constructor(layout: Layout, options: FileArtifactsOptions) {
    const {
      maxBytes = Number.POSITIVE_INFINITY,
      lockWait = artifactDefaults.lockWait,
      closeWait = artifactDefaults.closeWait,
      within,
      networkFiles = false,
      now = Date.now,
    } = options;
    this.#layout = layout;
    this.#limits = {
      maxBytes,
      within: within?.map((root) => resolve(root)),
    };
    this.#now = now;
    this.#ownsLocks = options.locks === undefined;
    this.#locks = options.locks ?? fileLocks(layout.locks, { networkFiles });
    this.#lock = blobLock(this.#locks, lockWait);
    this.#closeWait = closeWait;
    this.#session = new DraftSession(layout, this.#locks);
  }

  async put(
    source: ContentSource,
    options: { readonly name?: string; readonly signal?: AbortSignal } = {},
  ): Promise<StoredContent> {
    const { name, signal: own } = checkOptions<typeof options>(options, putOptionShape);
    return await this.#change('store content in', own, async (signal) => {
      checkSignal(signal);
      return await putContent(this.#layout, this.#session, this.#lock, source, {
        ...this.#limits,
        name,
        signal,
      });
    });
  }

  async *read(hash: string): AsyncGenerator<Uint8Array, void, undefined> {
    this.#checkOpen();
    yield* readBlob(blobPath(this.#layout, hash), hash);
  }

  async has(hash: string): Promise<boolean> {
    return (await this.stat(hash)) !== undefined;
  }

  async stat(hash: string): Promise<StoredBlob | undefined> {
    checkHash(hash);
    return await this.#look(async () => await statBlob(this.#layout, hash));
  }

  async *list(): AsyncGenerator<StoredBlob, void, undefined> {
    this.#checkOpen();
    try {
      for await (const shard of scanShards(this.#layout)) yield* shard.blobs;
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  async hold(): Promise<Hold> {
    return await this.#change('hold', undefined, async (signal) => await this.#lock('shared', signal));
  }

  async verify(options: MaintenanceOptions = {}): Promise<MaintenanceReport> {
    const { signal } = checkOptions<MaintenanceOptions>(options, verifyOptionShape);
    return await this.#look(async () => await verifyBlobs(this.#layout, signal));
  }

  async collect(options: CollectOptions = {}): Promise<MaintenanceReport> {
    const checked = checkOptions<CollectOptions>(options, collectOptionShape);
    return await this.#change('collect in', checked.signal, async (signal) => {
      return await collect(this.#layout, this.#locks, this.#lock, this.#now, { ...checked, signal });
    });
  }

  async stats(): Promise<readonly Measure[]> {
    let count = 0;
    let bytes = 0;
    for await (const { size } of this.list()) {
      count += 1;
      bytes += size;
    }
    return [
      {
        name: 'artifacts.content.count',
        unit: 'count',
        value: count,
        meaning: 'Different contents that are kept.',
      },
      { name: 'artifacts.content.bytes', unit: 'bytes', value: bytes, meaning: 'Their size together.' },
    ];
  }

  async close(): Promise<void> {
    this.#closing ??= this.#close();
    await this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await this.#underWay.end(this.#closeWait);
    try {
      await this.#session.end();
    } finally {
      if (this.#ownsLocks) await this.#locks.close();
    }
  }

  /** What writes: `close` waits for it, and then aborts it. */
  async #change<Result>(
    doing: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    this.#checkOpen();
    try {
      return await this.#underWay.run(signal, work);
    } catch (error) {
      throw fromSystemError(error, `cannot ${doing} ${this.#layout.directory}`);
    }
  }

  /** What only reads: it takes no lock. */
  async #look<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#checkOpen();
    try {
      return await work();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  #unreadable(error: unknown): StoreError {
    return fromSystemError(error, `cannot read ${this.#layout.directory}`, { reading: true });
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new StoreError('NOT_OPEN', 'the artifact store is closed');
  }
}
