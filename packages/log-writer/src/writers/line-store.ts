import type { AppendLinesOp, WriteOptions, WriteResult } from '@stepwell/core';

/**
 * What lines are written to: a store of `fileLogs`, one of `combine`, that of `stepwell`, or anything else that takes
 * log ops.
 */
export interface LineStore {
  write(ops: readonly AppendLinesOp[], options?: WriteOptions): Promise<WriteResult>;
  flush(): Promise<void>;
}
