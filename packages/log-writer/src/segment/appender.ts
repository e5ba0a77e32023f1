import {
  type AppendResult,
  type CommitDurability,
  type Epoch,
  fromSystemError,
  isStoreError,
  type LogOp,
  type PruneResult,
} from '@stepwell/core';
import { logCrashPoint } from '../crash/log-crash-points.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import { ByteWriter } from '../format/byte-writer.ts';
import { frameHeaderBytes, frameKinds, sealFrame } from '../format/frame-header.ts';
import type { LostSummary, PruneSummary, StreamSummary } from '../format/frame-summary.ts';
import { writeLostColumns } from '../format/lost-frame.ts';
import type { FrameSummary, Manifest } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { type Placement, writeLinesFrame } from '../format/write-lines-frame.ts';
import type { FramePlace } from '../index/frame-table.ts';
import { encodeSegmentIndex } from '../index/write-segment-index.ts';
import type { LogFiles } from './log-files.ts';
import type { ManifestFile } from './manifest-file.ts';
import { Poison } from './poison.ts';
import { resolvePrunes } from './resolve-prunes.ts';
import { segmentPath } from './segment-file.ts';
import { SegmentWriter } from './segment-writer.ts';

/** A frame that is in the file and that nobody may see yet. */
export interface AppendedFrame {
  readonly place: FramePlace;
  readonly streams: readonly StreamSummary[];
  readonly prunes: readonly PruneSummary[];
  /** One for each op, in order. */
  readonly results: readonly (AppendResult | PruneResult)[];
}

/** All that changes the files of a log. Only the holder of the writer lock calls it. */
export class Appender {
  readonly #fs: FileSystem;
  readonly #files: LogFiles;
  readonly #manifestFile: ManifestFile;
  readonly #segmentBytes: number;
  readonly #writer: ByteWriter = new ByteWriter();
  readonly #segment: SegmentWriter;
  readonly #poison: Poison = new Poison();
  #pending: AppendedFrame | undefined;
  /** For measures. */
  appendedBytes = 0;

  constructor(fs: FileSystem, files: LogFiles, manifestFile: ManifestFile, segmentBytes: number) {
    this.#fs = fs;
    this.#files = files;
    this.#manifestFile = manifestFile;
    this.#segmentBytes = segmentBytes;
    this.#segment = new SegmentWriter(fs, files, this.#poison);
  }

  /** The epoch of the frame that waits to be committed or rolled back, if there is one. */
  get pendingEpoch(): Epoch | undefined {
    return this.#pending?.place.epoch;
  }

  get syncs(): number {
    return this.#segment.syncs;
  }

  /** The durable mark of the active segment. */
  get synced(): number {
    return this.#segment.synced;
  }

  /** @throws `POISONED` */
  check(): void {
    this.#poison.check();
  }

  /**
   * Writes one frame: one write, and one sync when it must survive power loss.
   * @throws `NO_SPACE IO`, and nothing of it is left; `POISONED`
   */
  async append(ops: readonly LogOp[], epoch: Epoch, durability: CommitDurability): Promise<AppendedFrame> {
    this.#poison.check();
    // One that was neither committed nor rolled back: its commit failed elsewhere, or it would not be this one's turn.
    await this.rollback();
    this.#writer.reset(frameHeaderBytes);
    const files = this.#files;
    const next = (stream: string) => files.nextNumber(stream);
    const { prunes, results } = resolvePrunes(ops, {
      next,
      prunedThrough: (stream) => files.prunedThrough(stream),
    });
    const appends = ops.filter((op) => op.type === 'append-lines');
    const written = writeLinesFrame(this.#writer, appends, next, prunes);
    await this.#rollFor(this.#writer.length);
    const place = this.#seal(prunes.length > 0 ? frameKinds.prunes : frameKinds.lines, epoch, written);
    const { streams, placements } = written;
    const frame: AppendedFrame = { place, streams, prunes, results: resultsOf(ops, placements, results) };
    this.#pending = frame;
    await this.#write(place, durability === 'power-loss');
    return frame;
  }

  /** Shows a frame to those who pin from now on. */
  commit(frame: AppendedFrame): void {
    // A pin that was clamped to its epoch, or a refresh, may have read it from the file already.
    if (frame.place.epoch > this.#files.index.lastEpoch) {
      this.#files.addLines(frame.place, frame.streams, frame.prunes);
    }
    if (this.#pending === frame) this.#pending = undefined;
  }

  /** Takes the frame that is pending back out, if there is one. @throws `POISONED` */
  async rollback(frame: AppendedFrame | undefined = this.#pending): Promise<void> {
    if (frame === undefined || this.#pending !== frame) return;
    this.#poison.check();
    logCrashPoint('log:rollback.before');
    await this.#segment.cutFrames(frame.place.offset);
    this.#pending = undefined;
    logCrashPoint('log:rollback.after');
  }

  /** The frame is no longer pending: recovery judges it by the leader's epoch, like any other. */
  forgetPending(): void {
    this.#pending = undefined;
  }

  /** S2: stores what a power cut took, and makes it survive the next one. */
  async appendLost(lost: readonly LostSummary[], epoch: Epoch): Promise<void> {
    this.#writer.reset(frameHeaderBytes);
    writeLostColumns(this.#writer, lost);
    const columnsBytes = this.#writer.length - frameHeaderBytes;
    const place = this.#seal(frameKinds.lost, epoch, { contentBytes: 0, columnsBytes });
    logCrashPoint('log:lost.before');
    await this.#write(place, true);
    this.#files.addLost(place, lost);
    logCrashPoint('log:lost.after');
  }

  /** Begins a new segment, unless the active one holds no frame. @throws `NO_SPACE IO`, and nothing changed; `POISONED` */
  async roll(): Promise<void> {
    this.#poison.check();
    await this.rollback();
    if (this.#files.end > segmentHeaderBytes) await this.#beginSegment();
  }

  /** Everything committed so far survives power loss when this resolves. @throws `POISONED` */
  async sync(): Promise<void> {
    this.#poison.check();
    await this.#segment.sync(this.#files.end);
    this.#segment.checkInPlace();
    this.#checkManifest(() => this.#manifestFile.checkIsThere());
  }

  /** Cuts the log behind the last frame that is in the index: the segment it stands in, and all later ones. */
  async cutTail(segment: number, offset: number): Promise<void> {
    this.#poison.check();
    const { manifest } = this.#files;
    logCrashPoint('log:recover.cut.before');
    const place = manifest.segments.findIndex(({ id }) => id === segment);
    const dropped = manifest.segments.slice(place + 1);
    const { bytes } = manifest.segments[place] ?? { bytes: 0 };
    if (dropped.length > 0 || bytes > offset) {
      // First the manifest: what it does not name or count is taken away by the next open, should this one die here.
      const cut = { id: segment, kind: 'frames', bytes: Math.min(bytes, offset) } as const;
      const kept = [...manifest.segments.slice(0, place), cut];
      this.#files.adopt(await this.replaceManifest({ ...manifest, segments: kept }));
    }
    await this.#segment.cutFrames(offset);
    for (const { id } of dropped) this.#delete(id);
    logCrashPoint('log:recover.cut.after');
  }

  /** S3: begins a new lineage, after a reboot. What is there now is on the device before the manifest says so. */
  async beginLineage(lineage: string, boot: string): Promise<void> {
    await this.sync();
    this.#files.relabel(await this.replaceManifest({ ...this.#marked(), lineage, boot }));
  }

  /** What is there is on the device, and the manifest says so: a log that ends before it is damaged from now on. */
  async markDurable(): Promise<void> {
    await this.sync();
    const { active, end } = this.#files;
    if (active.bytes < end) this.#files.relabel(await this.replaceManifest(this.#marked()));
  }

  close(): void {
    this.#segment.close();
  }

  /** The manifest, with all that is indexed of the active segment as its durable mark. */
  #marked(): Manifest {
    const { manifest, active, end } = this.#files;
    return { ...manifest, segments: [...manifest.segments.slice(0, -1), { ...active, bytes: end }] };
  }

  #seal(kind: number, epoch: Epoch, parts: { contentBytes: number; columnsBytes: number }): FramePlace {
    const { end: offset, active } = this.#files;
    const { contentBytes, columnsBytes } = parts;
    const { synced, salt } = this.#segment;
    const header = { segment: active.id, kind, offset, epoch, synced, contentBytes, columnsBytes };
    const crc = sealFrame(this.#writer.bytes, header, salt);
    return { segment: active.id, offset, length: this.#writer.length, epoch, crc };
  }

  async #write(place: FramePlace, sync: boolean): Promise<void> {
    let whole = false;
    try {
      logCrashPoint('log:append.before');
      this.#segment.write(this.#writer.bytes, place.offset);
      whole = true;
      logCrashPoint('log:append.after');
      if (sync) {
        logCrashPoint('log:fsync.before');
        await this.#segment.sync(place.offset + place.length);
        logCrashPoint('log:fsync.after');
      }
      this.#checkInPlace();
    } catch (error) {
      if (!isStoreError(error, 'POISONED')) {
        if (whole) await this.#segment.cutFrames(place.offset, error);
        else this.#segment.cut(place.offset, error);
        this.#pending = undefined;
      }
      throw error;
    }
    this.appendedBytes += place.length;
  }

  /** Before anybody is told that something is stored: two system calls of some 2 µs each. @throws `POISONED` */
  #checkInPlace(): void {
    this.#segment.checkInPlace();
    this.#checkManifest(() => this.#manifestFile.checkInPlace());
  }

  #checkManifest(check: () => void): void {
    try {
      check();
    } catch (error) {
      throw this.#poison.set(error, 'the manifest is not in its place');
    }
  }

  /** Begins a new segment when a frame of `length` bytes would make the active one too large. */
  async #rollFor(length: number): Promise<void> {
    const { end } = this.#files;
    if (end > segmentHeaderBytes && end + length > this.#segmentBytes) await this.#beginSegment();
  }

  async #beginSegment(): Promise<void> {
    const { end, index } = this.#files;
    const { active } = index;
    logCrashPoint('log:segment.roll.before');
    const { frame, summary } = await encodeSegmentIndex(active, {
      offset: end,
      salt: this.#segment.salt,
      synced: this.#segment.synced,
    });
    try {
      this.#segment.write(frame, end);
      logCrashPoint('log:segment.indexed');
      await this.#publishSegment(end + frame.length, summary);
    } catch (error) {
      // The segment goes on being appended to, without an index; unless the failure came behind the end of it all.
      const goesOn = this.#files.active.id === active.id;
      if (goesOn && !isStoreError(error, 'POISONED')) await this.#segment.cutFrames(end, error);
      throw error;
    }
    active.skip(frame.length);
  }

  async #publishSegment(end: number, summary: FrameSummary): Promise<void> {
    const { manifest } = this.#files;
    // A writer that died between making the file and naming it left one of this name.
    this.#delete(manifest.nextSegment);
    await this.#segment.next(end, summary, async (segments, next) => {
      const nextSegment = manifest.nextSegment + 1;
      let isReplacing = false;
      try {
        logCrashPoint('log:segment.created');
        await this.#fs.fsyncDirectory(this.#files.directory);
        isReplacing = true;
        await this.replaceManifest({ ...manifest, nextSegment, segments });
      } catch (error) {
        next.close();
        if (!isReplacing || this.#isUnreplaced(manifest, error)) {
          this.#delete(next.id);
          throw fromSystemError(error, `cannot begin the segment ${next.path}`);
        }
        // Unclear or not, the manifest names the new segment: this handle must not go on without it.
        throw this.#poison.set(error, 'the manifest was replaced, but may not survive power loss');
      }
      this.#files.relabel({ ...manifest, generation: manifest.generation + 1, nextSegment, segments });
    });
  }

  /** Whether `manifest` is still the one on disk, after replacing it failed. */
  #isUnreplaced({ generation }: Manifest, error: unknown): boolean {
    // Where it is in doubt, the code is POISONED.
    if (isStoreError(error) && error.code !== 'POISONED') return true;
    try {
      return this.#manifestFile.read()?.generation === generation;
    } catch {
      return false;
    }
  }

  /**
   * Puts another manifest in the place of the current one, as its next generation; {@link LogFiles} does not know it yet.
   * @throws `NO_SPACE IO`, and it is not replaced; `POISONED`
   */
  async replaceManifest(changed: Manifest): Promise<Manifest> {
    const current = this.#files.manifest;
    const next = { ...changed, generation: current.generation + 1 };
    try {
      await this.#manifestFile.replace(current, next);
    } catch (error) {
      throw isStoreError(error, 'POISONED') ? this.#poison.set(error, 'the manifest is in doubt') : error;
    }
    return next;
  }

  #delete(segment: number): void {
    this.#files.pool.drop(segment);
    const path = segmentPath(this.#files.directory, segment);
    try {
      this.#fs.unlink(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw fromSystemError(error, `cannot delete ${path}`);
    }
  }
}

/** What `write` answers for each op. */
function resultsOf(
  ops: readonly LogOp[],
  placements: readonly Placement[],
  prunes: readonly PruneResult[],
): (AppendResult | PruneResult)[] {
  let placed = 0;
  let pruned = 0;
  return ops.map(({ type, stream }) => {
    if (type === 'prune-lines') return prunes[pruned++] ?? { stream, first: 1 };
    const { first, count } = placements[placed++] ?? { first: 1, count: 0 };
    return { stream, first, last: first + count - 1 };
  });
}
