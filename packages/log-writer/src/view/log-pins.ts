import { type Epoch, type LogView, type Pin, ViewGate } from '@stepwell/core';
import type { LogFiles } from '../segment/log-files.ts';
import type { ManifestFile } from '../segment/manifest-file.ts';
import { FileLogView } from './file-log-view.ts';
import { FrozenLog } from './frozen-log.ts';

/**
 * The views that are out. A pin costs no lock, because nothing deletes a file that a pin of another process may still
 * read; collection will, and then the first pin of a generation takes the shared lock `pin-<generation>` here, and the
 * last one gives it back.
 */
export class LogPins {
  readonly #files: LogFiles;
  readonly #manifestFile: ManifestFile;
  readonly #gates: Set<ViewGate> = new Set();

  constructor(files: LogFiles, manifestFile: ManifestFile) {
    this.#files = files;
    this.#manifestFile = manifestFile;
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
    return {
      head: { epoch: log.epoch, lineage, marks: {} },
      view: new FileLogView(log, gate),
      clamp: (epoch: Epoch) => log.clamp(epoch),
      isCurrent: async () => this.#manifestFile.read()?.generation === generation,
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
