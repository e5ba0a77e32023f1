import type { JsonObject } from '@stepwell/core';
import { reservedMetaKey } from '../../markers/parse-marker.ts';

/** Something about a run that somebody should know and that failed nothing. */
export interface RunWarning {
  /** Where it was said: a pipe of the command and the line in it, from 1; or Stepwell itself. */
  readonly source: 'stdout' | 'stderr' | 'stepwell';
  readonly line: number | null;
  readonly message: string;
}

/** So many are kept; later ones are only counted, since a hostile output could make any number. */
const maxKept = 100;

/** What Stepwell itself has to say of a run, as metadata of the run. */
export class Warnings {
  readonly #kept: RunWarning[] = [];
  #more = 0;

  /** False when there were too many before. */
  add(warning: RunWarning): boolean {
    if (this.#kept.length < maxKept) {
      // A message that was cut somewhere may end in half a character, which no store can hold.
      this.#kept.push({ ...warning, message: warning.message.toWellFormed() });
      return true;
    }
    this.#more += 1;
    return false;
  }

  get isEmpty(): boolean {
    return this.#kept.length === 0;
  }

  /** To merge into the metadata of the run. */
  get metadata(): JsonObject {
    return { [reservedMetaKey]: { warnings: this.#kept.map((kept) => ({ ...kept })), more: this.#more } };
  }
}
