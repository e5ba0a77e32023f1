import { type Epoch, type LogView, type Pin, ViewGate } from '@stepwell/core';
import type { LogFiles } from '../segment/log-files.ts';
import { FileLogView } from './file-log-view.ts';
import { FrozenLog } from './frozen-log.ts';

/**
 * The views that are out. A pin costs no lock, because nothing deletes a file that a pin of another process may still
 * read; collection will, and then the first pin of a generation takes the shared lock `pin-<generation>` here, and the
 * last one gives it back.
 */
export class LogPins {
  readonly #files: LogFiles;
  readonly #adoptManifest: () => void;
  readonly #gates: Set<ViewGate> = new Set();

  /** `adoptManifest` goes over to the manifest that is on disk now, if it is another one. */
  constructor(files: LogFiles, adoptManifest: () => void) {
    this.#files = files;
    this.#adoptManifest = adoptManifest;
  }

  get count(): number {
    return this.#gates.size;
  }

  /** Freezes what is indexed. */
  take(): Pin<LogView> {
    const { generation, lineage } = this.#files.manifest;
    const log = new FrozenLog(this.#files);
    const gate = new ViewGate();
    this.#gates.add(gate);
    let isIndexed = false;
    return {
      head: { epoch: log.epoch, lineage, marks: {} },
      view: new FileLogView(log, gate),
      isCurrent: async (mark?: Epoch) => {
        // Every frame that the leader knows of is indexed: newer files would add nothing to this view.
        isIndexed = mark !== undefined && this.#files.index.lastEpoch >= mark;
        if (isIndexed) return true;
        this.#adoptManifest();
        return this.#files.manifest.generation === generation;
      },
      clamp: (epoch: Epoch) => (isIndexed ? log.clampIndexed(epoch) : log.clamp(epoch)),
      expire: () => gate.expire(),
      release: async () => {
        gate.close();
        this.#gates.delete(gate);
      },
    };
  }

  close(): void {
    for (const gate of this.#gates) gate.close();
    this.#gates.clear();
  }
}
