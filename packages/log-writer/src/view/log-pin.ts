import { type Epoch, type Head, type LogView, type Pin, ViewGate } from '@stepwell/core';
import type { LogFiles } from '../segment/log-files.ts';
import { FileLogView } from './file-log-view.ts';
import { FrozenLog } from './frozen-log.ts';
import type { PinHold } from './pin-locks.ts';

/** S4: one snapshot's hold on a log. */
export class LogPin implements Pin<LogView> {
  readonly head: Head;
  readonly gate: ViewGate = new ViewGate();
  readonly #files: LogFiles;
  readonly #log: FrozenLog;
  readonly #generation: number;
  /** Of the manifest, when this was pinned. */
  readonly #pins: number;
  readonly #adoptManifest: () => void;
  readonly #hold: PinHold;
  readonly #onEnd: () => void;
  #view: FileLogView | undefined;
  /** Whether every frame that the leader knows of was indexed when it was asked. */
  #isIndexed = false;
  #mark: Epoch = 0;

  constructor(files: LogFiles, hold: PinHold, adoptManifest: () => void, onEnd: () => void) {
    const { generation, lineage, pins } = files.manifest;
    this.#files = files;
    this.#log = new FrozenLog(files);
    this.#generation = generation;
    this.#pins = pins;
    this.#adoptManifest = adoptManifest;
    this.#hold = hold;
    this.#onEnd = onEnd;
    this.head = { epoch: this.#log.epoch, lineage, marks: {} };
  }

  get view(): LogView {
    this.#view ??= new FileLogView(this.#log, this.gate);
    return this.#view;
  }

  async isCurrent(mark?: Epoch): Promise<boolean> {
    // Newer files would add nothing to this view when all that the leader knows of is indexed.
    this.#mark = mark ?? 0;
    // Of what is sealed nothing can be left out: it must not be younger than what the leader shows. And where another pin of
    // this handle went over to files that replaced others, these may lack what was pruned since.
    const { lastEpoch, sealedUpTo } = this.#files.index;
    const isSame = this.#files.manifest.pins === this.#pins;
    this.#isIndexed = isSame && mark !== undefined && lastEpoch >= mark && sealedUpTo <= mark;
    if (this.#isIndexed) return true;
    this.#adoptManifest();
    return this.#files.manifest.generation === this.#generation;
  }

  clamp(epoch: Epoch): void {
    if (this.#isIndexed) this.#log.clampIndexed(epoch);
    // A mark beyond the epoch says nothing of what is below it.
    else this.#log.clamp(epoch, this.#mark <= epoch ? this.#mark : 0);
  }

  expire(): void {
    this.gate.expire();
    this.#hold.release();
  }

  async release(): Promise<void> {
    this.gate.close();
    this.#hold.release();
    this.#onEnd();
  }
}
