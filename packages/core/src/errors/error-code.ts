/**
 * Every way a store can say no (S11). Codes are stable across releases; messages are not: match on `code`.
 */
export const errorCodes = {
  LOCKED: 'another process, thread or handle holds the writer lock',
  NOT_OPEN: 'the store, reader or handle is closed, or not open yet',
  READ_ONLY: 'this handle or this directory cannot be written',
  BUSY: 'a lock, a queue or a connection stayed taken for longer than the configured wait',
  CORRUPT: 'stored bytes are damaged; the message names the file and the place',
  IO: 'the operating system refused a read or a write',
  NO_SPACE: 'the disk or the quota is full',
  POISONED: 'an earlier failure left the outcome of a write unknown; open the store again to recover',
  CONSTRAINT: 'a uniqueness, reference or check rule of the schema refused the write',
  SNAPSHOT_CLOSED: 'the snapshot was used after it was closed',
  SNAPSHOT_EXPIRED: 'the snapshot passed its deadline; what was read so far is incomplete',
  CURSOR_EXPIRED: 'the change cursor is older than the kept history, or of another lineage',
  INVALID_TRANSITION: 'a status may not move that way',
  INVALID_ARGUMENT: 'the caller passed something that cannot be stored or asked',
  NOT_FOUND: 'no such record, stream, artifact or store',
  SCHEMA_TOO_NEW: 'the store was written by a newer version of this software; it was left untouched',
  NOT_SUPPORTED: 'this backend does not offer the capability',
  ABORTED: 'the AbortSignal of the call fired before it took effect',
} as const;

/** One of the stable error codes. */
export type ErrorCode = keyof typeof errorCodes;

/** Codes after which the same call may succeed when it is made again, unchanged. */
export const retryableCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['LOCKED', 'BUSY', 'NO_SPACE']);
