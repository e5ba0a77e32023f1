import { abortSignal, flag, type OptionShape } from '@stepwell/core';

/** Something that should be mended, with how. */
export interface Finding {
  /**
   * Stable: `store.unreadable`, `store.stats`, `store.damaged`, `run.dead`, `maintenance.failed`, and those of the
   * thresholds: `wal.large`, `snapshot.old`, `commit.slow`, `commit.stalled`, `writes.failing`, `eventloop.blocked`,
   * `memory.high`.
   */
  readonly id: string;
  /** `error`: it does not work, or data is at risk. `warning`: it will not go well for long. */
  readonly severity: 'error' | 'warning';
  /** One sentence for people. */
  readonly summary: string;
  /** What was seen. JSON-serialisable. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** What to do, exactly. */
  readonly fix: string;
}

export interface DoctorOptions {
  /** Whether to read and check everything that is stored, where the store can: it takes as long as that takes. Default true. */
  readonly verify?: boolean;
  readonly signal?: AbortSignal;
}

/** What each may be. */
export const doctorOptionShape: OptionShape<DoctorOptions> = { verify: flag, signal: abortSignal };
