import { isStoreError } from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import type { FrameSummary, ManifestSegment } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import type { LogFiles } from './log-files.ts';
import type { Poison } from './poison.ts';
import { SegmentFile } from './segment-file.ts';

/**
 * Once so much was written since the last sync, one is begun that nobody waits for: else the next segment would have to
 * wait until all of this one has reached the device.
 */
const syncAheadBytes = 8 * 1024 * 1024;

/** The active segment, open for writing, and how much of it is on the device. */
export class SegmentWriter {
  readonly #fs: FileSystem;
  readonly #files: LogFiles;
  readonly #poison: Poison;
  #file: SegmentFile | undefined;
  #synced = 0;
  /** Cuts so far: a sync that was under way during one says nothing about what is written in its place. */
  #cuts = 0;
  /** Syncs under way in the thread pool, and files that may be closed only when they are through. */
  #syncing = 0;
  #retired: SegmentFile[] = [];
  /** For measures. */
  syncs = 0;

  constructor(fs: FileSystem, files: LogFiles, poison: Poison) {
    this.#fs = fs;
    this.#files = files;
    this.#poison = poison;
  }

  /** The durable mark of the active segment. */
  get synced(): number {
    this.#current();
    return this.#synced;
  }

  get salt(): number {
    return this.#current().salt;
  }

  write(bytes: Uint8Array, offset: number): void {
    this.#current().write(bytes, offset);
    const end = offset + bytes.length;
    if (this.#syncing > 0 || end - this.#synced < syncAheadBytes) return;
    // What it fails with poisons, and is told to whoever writes or syncs next.
    this.sync(end).catch(() => {});
  }

  /**
   * Everything of the active segment up to `end` survives power loss when this resolves.
   * @throws `POISONED`: the kernel may have dropped what it could not write, so that a second try proves nothing
   */
  async sync(end: number): Promise<void> {
    const file = this.#current();
    const cuts = this.#cuts;
    this.#syncing += 1;
    try {
      await file.sync();
      this.syncs += 1;
    } catch (error) {
      throw this.#poison.set(error, 'a sync failed');
    } finally {
      this.#syncing -= 1;
      if (this.#syncing === 0) this.#closeRetired();
    }
    if (this.#file === file && this.#cuts === cuts) this.#synced = Math.max(this.#synced, end);
  }

  /** Takes away what stands behind `end`; `because` of a failure, where there was one. @throws `POISONED` */
  cut(end: number, because?: unknown): void {
    const file = this.#current();
    this.#cuts += 1;
    this.#synced = Math.min(this.#synced, end);
    try {
      file.truncate(end);
    } catch (error) {
      const cause =
        because === undefined
          ? error
          : new AggregateError([because, error], 'a failed append was not undone');
      throw this.#poison.set(cause, `${file.path} could not be cut back to its last commit`);
    }
  }

  /**
   * The same for frames that are whole. It is synced, so that no power cut brings one back in the place of what is
   * committed there next. @throws `POISONED`
   */
  async cutFrames(end: number, because?: unknown): Promise<void> {
    this.cut(end, because);
    await this.sync(end);
  }

  /** Makes the next segment. The one before it is complete up to `end`, and on the device, before anybody hears of it. */
  async next(
    end: number,
    summary: FrameSummary,
    publish: (segments: readonly ManifestSegment[], next: SegmentFile) => Promise<void>,
  ): Promise<void> {
    const { manifest, active, directory } = this.#files;
    await this.sync(end);
    const next = await SegmentFile.create(this.#fs, directory, manifest.nextSegment, manifest.store);
    const before = manifest.segments.slice(0, -1);
    await publish(
      [
        ...before,
        { id: active.id, kind: 'frames', bytes: end, summary },
        { id: next.id, kind: 'frames', bytes: segmentHeaderBytes },
      ],
      next,
    );
    this.#retire();
    this.#file = next;
    this.#synced = segmentHeaderBytes;
    logCrashPoint('log:segment.rolled');
  }

  /**
   * Whether the file that was written to is the one that is found under its name.
   * @throws `POISONED`
   */
  checkInPlace(): void {
    this.#check(this.#current());
  }

  close(): void {
    this.#retire();
  }

  /** Another process may have begun a new segment since the last call. */
  #current(): SegmentFile {
    const { id } = this.#files.active;
    if (this.#file?.id === id) return this.#file;
    const file = SegmentFile.open(this.#fs, this.#files.directory, id, this.#files.manifest.store, 'write');
    try {
      // What is indexed was read through a descriptor of its own: both must lead to one file.
      this.#check(this.#files.pool.get(id));
    } catch (error) {
      file.close();
      throw error;
    }
    this.#retire();
    this.#file = file;
    this.#synced = this.#files.synced;
    return file;
  }

  #check(file: SegmentFile): void {
    try {
      file.checkInPlace();
    } catch (error) {
      throw isStoreError(error, 'POISONED')
        ? this.#poison.set(error, `${file.path} is not in its place`)
        : error;
    }
  }

  #retire(): void {
    if (this.#file !== undefined) this.#retired.push(this.#file);
    this.#file = undefined;
    if (this.#syncing === 0) this.#closeRetired();
  }

  #closeRetired(): void {
    for (const file of this.#retired.splice(0)) file.close();
  }
}
