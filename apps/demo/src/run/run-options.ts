import type { MarkerMode } from '../markers/marker.ts';

/** What `stepwell run` was told, checked. */
export interface RunOptions {
  /** Absolute path of the store. */
  readonly store: string;
  readonly name: string | undefined;
  readonly tags: readonly string[];
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** Milliseconds between asking the command to end and killing it. */
  readonly grace: number;
  /** Absolute. */
  readonly cwd: string;
  /** Names of environment variables to record. None by default: an environment holds secrets. */
  readonly env: readonly string[];
  readonly markers: MarkerMode;
  /** Do not pass the output on. */
  readonly quiet: boolean;
  /** Print the record at the end, and only that. */
  readonly json: boolean;
  /** Say at the end what was recorded. */
  readonly summary: boolean;
}
