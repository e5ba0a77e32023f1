import type { LogView, Pin, ViewGate } from '@stepwell/core';
import type { LogFiles } from '../segment/log-files.ts';
import { LogPin } from './log-pin.ts';

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
    const pin: LogPin = new LogPin(this.#files, this.#adoptManifest, () => this.#gates.delete(pin.gate));
    this.#gates.add(pin.gate);
    return pin;
  }

  close(): void {
    for (const gate of this.#gates) gate.close();
    this.#gates.clear();
  }
}
