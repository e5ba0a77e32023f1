import { flag, type OptionShape, wholeFrom } from '@stepwell/core';

/** How a provider of {@link fileLocks} behaves. */
export interface FileLocksOptions {
  /**
   * How many released locks stay open for the next turn, since opening one costs several times as much as taking it.
   * Each takes a file descriptor. Default 8.
   */
  readonly spare?: number;
  /**
   * Takes locks on a network file system (NFS, SMB, 9p, …), which are refused otherwise: you answer for it that no other
   * host ever uses this directory, and that the file system keeps locks of this host. Default `false`.
   */
  readonly networkFiles?: boolean;
}

/** What each option may be. */
export const fileLocksOptionShape: OptionShape<FileLocksOptions> = {
  spare: wholeFrom(0),
  networkFiles: flag,
};
