import { artifactOptionShape, type FileArtifactsOptions } from '@stepwell/artifact-store';
import {
  type OptionShape,
  oneOf,
  type RecorderOptions,
  recorderOptionShape,
  type StoreOptions,
  storeOptionShape,
} from '@stepwell/core';

export interface OpenOptions extends StoreOptions {
  /** How lines gather before they are committed, and how ids are made. */
  readonly recorder?: Omit<RecorderOptions, 'contents' | 'now'>;
  /** What may be kept, and how long to wait for it. */
  readonly artifacts?: Omit<FileArtifactsOptions, 'locks' | 'now'>;
  /**
   * S7: what to do with runs whose recording process is gone. `'settle'` (default) marks them `interrupted`;
   * `'leave'` leaves them, for a queue that looks for runs to resume first.
   */
  readonly interrupted?: 'settle' | 'leave';
}

/** What each option may be. */
export const openOptionShape: OptionShape<OpenOptions> = {
  ...storeOptionShape,
  recorder: {
    newId: recorderOptionShape.newId,
    lineDelay: recorderOptionShape.lineDelay,
    lineBytes: recorderOptionShape.lineBytes,
  },
  artifacts: {
    maxBytes: artifactOptionShape.maxBytes,
    within: artifactOptionShape.within,
    lockWait: artifactOptionShape.lockWait,
    closeWait: artifactOptionShape.closeWait,
  },
  interrupted: oneOf('settle', 'leave'),
};
