import type { LeaderState, StoreWarning } from '@stepwell/core';
import type { Appender } from '../segment/appender.ts';
import type { LogFiles } from '../segment/log-files.ts';

/** What recovery works with. */
export interface Recovery {
  readonly files: LogFiles;
  readonly appender: Appender;
  /** Whether the machine was booted since the log was last opened for writing: only then can a power cut have taken bytes. */
  readonly rebooted: boolean;
  readonly leader: LeaderState | undefined;
  readonly warn: (warning: StoreWarning) => void;
}
