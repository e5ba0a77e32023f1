import { resolve } from 'node:path';
import {
  type ContentSource,
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
import { artifactDefaults, checkAmount, type FileArtifactsOptions } from './settings.ts';

/**
 * Artifacts as content-addressed files under `directory`, which is made by the first `put`.
 *
 * @throws `INVALID_ARGUMENT` for a limit that is no amount
 * @example
 * ```ts
 * import { fileArtifacts } from '@stepwell/artifact-store';
 *
 * await using artifacts = fileArtifacts('.stepwell/artifacts');
 * const { hash, size, mimeType } = await artifacts.put(new TextEncoder().encode('hello'), { name: 'hello.txt' });
 * for await (const chunk of artifacts.read(hash)) process.stdout.write(chunk);
 * console.log(size, mimeType); // 5 text/plain
 * ```
 */
export function fileArtifacts(directory: string, options: FileArtifactsOptions = {}): ArtifactStore {
  return new FileArtifacts(layoutOf(resolve(directory)), options);
}

class FileArtifacts implements ArtifactStore {
  readonly #layout: Layout;
  readonly #locks: LockProvider;
  readonly #ownsLocks: boolean;
  readonly #lock: BlobLock;
  readonly #session: DraftSession;
  readonly #limits: { readonly maxBytes: number; readonly within: readonly string[] | undefined };
  readonly #now: () => number;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(layout: Layout, options: FileArtifactsOptions) {
    const {
      maxBytes = Number.POSITIVE_INFINITY,
      lockWait = artifactDefaults.lockWait,
      within,
      now = Date.now,
    } = options;
    this.#layout = layout;
    this.#limits = {
      maxBytes: checkAmount('maxBytes', maxBytes),
      within: within?.map((root) => resolve(root)),
    };
    this.#now = now;
    this.#ownsLocks = options.locks === undefined;
    this.#locks = options.locks ?? fileLocks(layout.locks);
    this.#lock = blobLock(this.#locks, checkAmount('lockWait', lockWait));
    this.#session = new DraftSession(layout, this.#locks);
  }

  async put(
    source: ContentSource,
    { name, signal }: { readonly name?: string; readonly signal?: AbortSignal } = {},
  ): Promise<StoredContent> {
    return await this.#change('store content in', async () => {
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
    return await this.#change('hold', async () => await this.#lock('shared'));
  }

  async verify({ signal }: MaintenanceOptions = {}): Promise<MaintenanceReport> {
    return await this.#look(async () => await verifyBlobs(this.#layout, signal));
  }

  async collect(options: CollectOptions = {}): Promise<MaintenanceReport> {
    return await this.#change('collect in', async () => {
      return await collect(this.#layout, this.#locks, this.#lock, this.#now(), options);
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
    await Promise.allSettled(this.#underWay);
    try {
      await this.#session.end();
    } finally {
      if (this.#ownsLocks) await this.#locks.close();
    }
  }

  /** What writes: `close` waits for it. */
  async #change<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
    this.#checkOpen();
    const running = work();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw fromSystemError(error, `cannot ${doing} ${this.#layout.directory}`);
    } finally {
      this.#underWay.delete(running);
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
