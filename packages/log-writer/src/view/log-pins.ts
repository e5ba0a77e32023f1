import type { LogView, Pin, ViewGate } from '@stepwell/core';
import type { LogFiles } from '../segment/log-files.ts';
import { LogPin } from './log-pin.ts';
import type { PinHold } from './pin-locks.ts';

/** The views that are out. */
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

  /** Freezes what is indexed. The pin gives `hold` back when it ends. */
  take(hold: PinHold): Pin<LogView> {
    const onEnd = () => this.#gates.delete(pin.gate);
    const pin: LogPin = new LogPin(this.#files, hold, this.#adoptManifest, onEnd);
    this.#gates.add(pin.gate);
    return pin;
  }

  close(): void {
    for (const gate of this.#gates) gate.close();
    this.#gates.clear();
  }
}
