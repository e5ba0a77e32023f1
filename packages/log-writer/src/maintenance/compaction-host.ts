import type { Manifest } from '../format/manifest.ts';
import type { Prunes } from './compaction-job.ts';

/** What a compaction asks of the log that it compacts. */
export interface CompactionHost {
  /** As this handle knows it. */
  readonly manifest: Manifest;
  /**
   * Puts another manifest in the place of the current one, in a writer's turn; all that was committed before the call
   * survives power loss then. False when `change` answers nothing, or a file that it adds is gone.
   * @throws `POISONED NO_SPACE IO`, and what a turn throws
   */
  publish(change: (current: Manifest) => Manifest | undefined): Promise<boolean>;
  /** What frames pruned, up to the last commit. A later {@link publish} makes sure that no power cut takes it back. */
  prunes(): Prunes;
  /** Size of the active segment. */
  readonly activeBytes: number;
  /** Whether the active segment holds no frame. */
  readonly isActiveEmpty: boolean;
  /** Begins a new active segment, if the one that there is holds frames. In a writer's turn. */
  roll(): Promise<void>;
  /** Deletes one that was not published; nothing happens when it was, or is gone. */
  discard(id: number): void;
  /** Deletes what compactions left that died. */
  tidy(): void;
}
