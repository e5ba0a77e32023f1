import type { Epoch, Head } from './head.ts';

/** S4: a frozen state of one driver. What `view` shows never changes until `release` or `expire`. */
export interface Pin<View> {
  /** The state that is frozen. */
  readonly head: Head;
  readonly view: View;
  /**
   * Log drivers under {@link combine}: show exactly the lines of commits up to `epoch`, also those that were
   * appended after the pin was taken. Called once, before the view is used.
   */
  clamp?(epoch: Epoch): void;
  /**
   * Log drivers under {@link combine}: whether what is pinned reaches all that was committed. `mark` is the last commit
   * that wrote to the follower, as its leader knows; one that has seen it need not look at its files.
   */
  isCurrent?(mark?: Epoch): Promise<boolean>;
  /** The deadline passed: every later pull throws `SNAPSHOT_EXPIRED`, and what the pin held back is let go. */
  expire(): void;
  /** Every later use of the view throws `SNAPSHOT_CLOSED`. Idempotent; after `expire` it only tidies up. */
  release(): Promise<void>;
}
