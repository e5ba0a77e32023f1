import {
  bootId,
  type Epoch,
  type Head,
  type LeaderState,
  type LockProvider,
  type LogView,
  type OpenContext,
  type Pin,
  type Problem,
  StoreError,
  type StoreWarning,
  uuidv7,
  type WriterTurn,
} from '@stepwell/core';
import type { FileSystem } from '../file-system/file-system.ts';
import type { Manifest } from '../format/manifest.ts';
import { FrameIndex } from '../index/frame-index.ts';
import { compactionLock } from '../maintenance/compaction-lock.ts';
import { publish } from '../maintenance/publish.ts';
import { checkBelonging, checkNeverWritten } from '../recovery/check-belonging.ts';
import { checkComplete, refuseOlderManifest } from '../recovery/check-complete.ts';
import { createLog } from '../recovery/create-log.ts';
import { findLost, lostWarning } from '../recovery/find-lost.ts';
import { refuseBehindSealed } from '../recovery/refuse-behind-sealed.ts';
import { refuseUnexplained } from '../recovery/refuse-unexplained.ts';
import { findOrphan, removeStrays } from '../recovery/remove-strays.ts';
import { settleTail } from '../recovery/settle-tail.ts';
import { type AppendedFrame, Appender } from '../segment/appender.ts';
import { corrupt } from '../segment/corrupt.ts';
import { FrameReader } from '../segment/frame-reader.ts';
import { LogFiles } from '../segment/log-files.ts';
import { ManifestFile } from '../segment/manifest-file.ts';
import { LogPins } from '../view/log-pins.ts';
import { makePinFile } from '../view/pin-file.ts';
import { PinLocks, type PinnedFiles } from '../view/pin-locks.ts';
import { readOn, scan } from '../view/read-on.ts';
import { refuseMissing } from '../view/refuse-missing.ts';
import type { FileLogsSettings } from './file-logs-options.ts';
import { asProblem } from './problems.ts';

/** A log that is open: its files, what writes to them, and the pins that are out. */
export class OpenLog {
  readonly fileSystem: FileSystem;
  readonly files: LogFiles;
  readonly appender: Appender;
  readonly pins: LogPins;
  readonly pinLocks: PinLocks;
  readonly locks: LockProvider;
  readonly mode: 'read' | 'write';
  readonly #manifestFile: ManifestFile;
  readonly #warn: (warning: StoreWarning) => void;
  readonly #boot: string;
  readonly #turn: WriterTurn | undefined;
  /** As it was told last. */
  #leader: LeaderState | undefined;
  /** Whether a leader says what is committed. Alone, every whole frame is. */
  readonly follows: boolean;
  /** The last commit that was indexed under the writer lock, or made by this handle. Those after it were seen in passing. */
  #confirmed: Epoch = 0;
  /** Whether nobody else writes until this is closed. */
  readonly #holdsLock: boolean;
  /** Whether it was told that a write that failed was cut away: on a full disk that is every write. */
  #toldOfFailure = false;

  private constructor(
    settings: FileLogsSettings,
    context: OpenContext,
    manifest: Manifest,
    file: ManifestFile,
  ) {
    const { fileSystem, directory, segmentBytes, boot = bootId() } = settings;
    this.fileSystem = fileSystem;
    this.files = new LogFiles(fileSystem, directory, manifest);
    this.appender = new Appender(fileSystem, this.files, file, segmentBytes);
    this.pins = new LogPins(this.files, () => this.adoptManifest());
    this.locks = context.locks;
    this.pinLocks = new PinLocks(context.locks, this.#pinnedFiles(), context.warn);
    this.#turn = context.turn;
    this.#leader = context.leader;
    this.#holdsLock = context.writer === 'exclusive';
    this.mode = context.mode;
    this.#manifestFile = file;
    this.#warn = context.warn;
    this.#boot = boot;
    this.follows = context.leader !== undefined;
  }

  /** S7: recovers. Under the writer lock. */
  static async toWrite(settings: FileLogsSettings, context: OpenContext): Promise<OpenLog> {
    const { fileSystem, directory } = settings;
    const file = new ManifestFile(fileSystem, directory);
    let manifest = file.read();
    if (manifest === undefined) {
      checkNeverWritten(directory, context.leader);
      manifest = await createLog(settings, context.locks, file, context.leader?.store ?? uuidv7());
    }
    checkBelonging(file.path, manifest, context.leader);
    // A log of version 1 has none, and what collection removes is only that of former manifests.
    await makePinFile(context.locks, manifest.pins);
    file.removeDraft();
    // Outside of a turn only the holder of this lock makes files. What it names later, it had an id for before this turn.
    const isCompacted = await context.locks.isHeld(compactionLock);
    removeStrays(fileSystem, directory, manifest, isCompacted ? ['sealed'] : []);
    const log = new OpenLog(settings, context, manifest, file);
    try {
      checkComplete(log.files, fileSystem);
      await log.#recover(context.leader);
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** S6: looks, and changes nothing. */
  static async toRead(settings: FileLogsSettings, context: OpenContext): Promise<OpenLog> {
    const file = new ManifestFile(settings.fileSystem, settings.directory);
    const manifest = file.read() ?? lookAgain(settings, context, file);
    checkBelonging(file.path, manifest, context.leader);
    const log = new OpenLog(settings, context, manifest, file);
    try {
      const hold = await log.pinLocks.hold();
      refuseOlderManifest(log.files, settings.fileSystem, () => log.adoptManifest());
      checkComplete(log.files, settings.fileSystem);
      await log.#look(context.leader);
      hold.release();
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  get head(): Head {
    return { epoch: this.files.index.lastEpoch, lineage: this.files.manifest.lineage, marks: {} };
  }

  /** What others have committed since the last turn. Under the writer lock. */
  async refresh(leader: LeaderState | undefined): Promise<Head> {
    this.#leader = leader;
    this.appender.check();
    const failed = this.appender.pendingEpoch;
    // Under a leader its epoch judges a frame that is pending. Alone nobody was told of it, and so it never happened.
    if (leader === undefined) await this.appender.rollback();
    else this.appender.forgetPending();
    this.adoptManifest();
    checkBelonging(this.#manifestFile.path, this.files.manifest, leader);
    if (!this.#isStillTrue(leader)) this.files.rebuild();
    await this.#settle(leader, failed === undefined ? this.#warn : this.#warnOnce);
    return this.head;
  }

  /** Shows a frame to those who pin from now on. */
  commit(frame: AppendedFrame): void {
    this.appender.commit(frame);
    this.#confirmed = this.files.index.lastEpoch;
    this.#toldOfFailure = false;
  }

  /** What is wrong with the manifest as it is on disk now. */
  manifestProblems(): readonly Problem[] {
    try {
      // What is wrong with its bytes shows only to those who read them.
      this.#manifestFile.letGo();
      this.adoptManifest();
      return [];
    } catch (error) {
      return [asProblem('manifest', this.#manifestFile.path, error)];
    }
  }

  /** S4, S9: freezes what is committed, and keeps its files. */
  async pin(): Promise<Pin<LogView>> {
    for (let tries = 1; ; tries += 1) {
      const hold = await this.pinLocks.hold();
      try {
        // Under a leader it tells, when it is pinned, how far there is to read.
        if (!this.follows) await this.catchUp();
        // An older lock keeps the files of a newer manifest as well, and others for nothing.
        if (hold.pins === this.files.manifest.pins || tries === 3) return this.pins.take(hold);
        hold.release();
      } catch (error) {
        hold.release();
        throw error;
      }
    }
  }

  /** @throws `READ_ONLY` */
  checkWritable(): void {
    if (this.mode === 'read') throw new StoreError('READ_ONLY', 'these logs are open for reading only');
  }

  /** Runs `work` as the one writer. @throws `READ_ONLY`, and what a turn throws */
  async turn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.checkWritable();
    if (this.#turn === undefined) throw new StoreError('NOT_SUPPORTED', 'nobody gave these logs turns');
    return await this.#turn(work);
  }

  /** Puts other files in the place of some: see {@link publish}. */
  async publish(change: (current: Manifest) => Manifest | undefined): Promise<boolean> {
    return await publish(this, change);
  }

  /** Everything committed so far survives power loss, and alone the manifest says so. @throws `READ_ONLY POISONED IO` */
  async sync(): Promise<void> {
    this.checkWritable();
    // A leader remembers what there is.
    if (this.follows) await this.appender.sync();
    else await this.turn(() => this.appender.markDurable());
  }

  /** Everything committed so far survives power loss, here and at the leader, when this resolves. */
  async syncAll(): Promise<void> {
    // The order of S2: records never survive a power cut that their lines do not.
    await this.appender.sync();
    await this.#leader?.sync();
  }

  /** Puts a manifest in the place of the current one that holds the same commits in other files. In a turn. */
  async replaceManifest(changed: Manifest): Promise<void> {
    const { lastEpoch } = this.files.index;
    const next = await this.appender.replaceManifest(changed);
    this.files.adopt(next);
    refuseMissing(this.files, await scan(this.files, () => lastEpoch), lastEpoch);
  }

  async close(): Promise<void> {
    this.pins.close();
    try {
      await this.pinLocks.close();
      await this.#leaveMark();
    } finally {
      try {
        this.appender.close();
      } finally {
        this.files.close();
        this.#manifestFile.letGo();
      }
    }
  }

  /**
   * Alone, nobody else knows how far the log goes: whoever opens it next is to tell an end that was taken away from the end.
   * Without it nothing is lost that was acknowledged, so that a failure is no failure to close.
   */
  async #leaveMark(): Promise<void> {
    if (!this.#holdsLock || this.follows || this.appender.appendedBytes === 0) return;
    try {
      await this.appender.markDurable();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#warn({ id: 'log.mark.failed', message: `how far the log goes was not written down: ${reason}` });
    }
  }

  #pinnedFiles(): PinnedFiles {
    const { files } = this;
    return {
      get pins() {
        return files.manifest.pins;
      },
      adoptManifest: () => this.adoptManifest(),
      // What was deleted takes its space until it is closed.
      letGo: () => {
        files.close();
        this.#manifestFile.letGo();
      },
    };
  }

  async #recover(leader: LeaderState | undefined): Promise<void> {
    if (leader !== undefined) this.files.unfold(leader.mark);
    await scan(this.files, () => leader?.mark ?? Number.POSITIVE_INFINITY);
    await this.#settle(leader);
    // Last, so that a recovery that is interrupted still knows that there was a reboot.
    if (this.#rebooted) await this.appender.beginLineage(uuidv7(), this.#boot);
  }

  /** Of writes of our own that failed one is told, until one succeeds. */
  readonly #warnOnce = (warning: StoreWarning): void => {
    if (!this.#toldOfFailure || warning.id !== 'log.tail.cut') this.#warn(warning);
    this.#toldOfFailure ||= warning.id === 'log.tail.cut';
  };

  get #rebooted(): boolean {
    return this.files.manifest.boot !== this.#boot;
  }

  async #settle(leader: LeaderState | undefined, warn = this.#warn): Promise<void> {
    const { files, appender } = this;
    if (leader !== undefined) {
      refuseBehindSealed(files, leader);
      files.unfold(leader.mark);
    }
    const stop = files.advance(leader?.mark ?? Number.POSITIVE_INFINITY);
    refuseMissing(files, stop, this.#confirmed);
    await settleTail({ files, appender, rebooted: this.#rebooted, leader, warn }, stop);
    if (leader !== undefined && files.index.lastEpoch < leader.mark) {
      const since = files.index.lastEpoch;
      const lost = await findLost(files, leader);
      await appender.appendLost(lost, leader.mark);
      warn(lostWarning(lost, since + 1, leader.mark));
    }
    this.#confirmed = files.index.lastEpoch;
  }

  async #look(leader: LeaderState | undefined): Promise<void> {
    const { files } = this;
    const stop = await readOn(files, () => leader?.mark ?? Number.POSITIVE_INFINITY);
    if (leader === undefined || files.index.lastEpoch >= leader.mark) return;
    // A reader may be behind its writer, so what stands above its epoch says nothing; what is missing below it does.
    if (!this.#rebooted) refuseUnexplained(files, { ...stop, reason: 'end' }, leader);
    // What the next writer will store is told to readers already now: truncated data never looks complete.
    const lost = await findLost(files, leader);
    const nowhere = { segment: 0, offset: 0, length: 0, epoch: leader.mark, crc: 0 };
    this.#warn(lostWarning(lost, files.index.lastEpoch + 1, leader.mark));
    files.addLost(nowhere, lost);
  }

  /** What other processes have written since, as far as it can be known without the writer lock. */
  async catchUp(): Promise<void> {
    this.adoptManifest();
    // A frame of our own that is pending is whole, and not committed.
    const limit = () => (this.appender.pendingEpoch ?? this.#toldEpoch + 1) - 1;
    const stop = await readOn(this.files, limit);
    if (stop.reason !== 'shrunk') return refuseMissing(this.files, stop, this.#confirmed);
    // A writer took back what we had read, before it was committed.
    this.files.rebuild();
    refuseMissing(this.files, await readOn(this.files, limit), this.#confirmed);
  }

  /** As far as a leader told; alone, every whole frame is committed. */
  get #toldEpoch(): Epoch {
    return this.follows ? Math.max(this.#leader?.mark ?? 0, this.#confirmed) : Number.POSITIVE_INFINITY;
  }

  /** Goes over to the manifest that is on disk now, if it is another one. @throws `CORRUPT IO` */
  adoptManifest(): void {
    const manifest = this.#manifestFile.current();
    if (manifest === undefined) {
      throw corrupt(this.#manifestFile.path, 0, 'the manifest has disappeared');
    }
    checkBelonging(this.#manifestFile.path, manifest, this.files.manifest);
    if (manifest.generation !== this.files.manifest.generation) this.files.adopt(manifest);
  }

  /** Whether all that is indexed was committed, now that the writer lock makes it certain. */
  #isStillTrue(leader: LeaderState | undefined): boolean {
    const { files } = this;
    const { newest, lastEpoch } = files.index;
    if (leader !== undefined) return lastEpoch <= leader.mark && !files.isShrunk;
    if (files.isShrunk) return false;
    if (lastEpoch <= this.#confirmed) return true;
    // What is sealed was committed, and so was what is complete.
    if (!(newest instanceof FrameIndex) || newest.frameCount === 0) return true;
    const last = newest.placeOf(newest.frameCount - 1);
    const found = new FrameReader().read(
      files.pool.get(last.segment),
      last.offset,
      last.offset + last.length,
    );
    return found?.header.crc === last.crc;
  }
}

/** @throws `NOT_FOUND` where no log was ever made, or `CORRUPT` where one has lost its manifest */
function lookAgain(
  { fileSystem, directory }: FileLogsSettings,
  { leader }: OpenContext,
  file: ManifestFile,
): Manifest {
  checkNeverWritten(directory, leader);
  const segment = findOrphan(fileSystem, directory);
  // A writer may have made the log between the two looks.
  const manifest = file.read();
  if (manifest !== undefined) return manifest;
  if (segment !== undefined)
    throw corrupt(file.path, 0, `the manifest is missing, and ${segment} holds frames`);
  throw new StoreError('NOT_FOUND', `there are no logs in ${directory}`, { details: { directory } });
}
