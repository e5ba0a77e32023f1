/** A file that is open. */
export type Descriptor = number;

/** Which file it is, whatever its name. While it is open, no other file gets the same two numbers. */
export interface FileIdentity {
  /** 0 where the system has none. */
  readonly inode: number;
  readonly device: number;
  /** How long it is now, in bytes. */
  readonly size: number;
}

/**
 * All that this package asks of a disk, so that tests can put another one in its place. Paths are absolute; offsets and
 * sizes are bytes; failures are thrown as Node throws them (`code: 'ENOSPC'`, …).
 *
 * Everything but the two syncs is synchronous. An append or a read is a copy to or from the page cache: done in place
 * it costs 2 to 20 µs, handed to the thread pool five to ten times that, and the pool is shared with the rest of the
 * process. A sync waits for a device, for milliseconds, and so must not hold the event loop.
 */
export interface FileSystem {
  /** `read`: it must exist. `write`: the same, for reading and writing. `create`: for both, and it must not exist. */
  open(path: string, mode: 'read' | 'write' | 'create'): Descriptor;
  close(file: Descriptor): void;
  /** Reads up to `length` bytes at `position` into `buffer` at `offset`; answers how many, 0 at the end of the file. */
  pread(file: Descriptor, buffer: Uint8Array, offset: number, length: number, position: number): number;
  /** Writes up to `length` bytes; answers how many, which may be fewer than asked. */
  pwrite(file: Descriptor, buffer: Uint8Array, offset: number, length: number, position: number): number;
  ftruncate(file: Descriptor, size: number): void;
  size(file: Descriptor): number;
  /** Which file is open, or which one a path leads to, and its size: `undefined` when it leads to none. */
  identify(file: Descriptor | string): FileIdentity | undefined;
  /** The contents and the size of the file survive power loss when this resolves. */
  fsync(file: Descriptor): Promise<void>;
  /** The same for what was created, renamed and deleted in a directory. */
  fsyncDirectory(path: string): Promise<void>;
  /** Replaces `to`, if it exists, in one step. */
  rename(from: string, to: string): void;
  unlink(path: string): void;
  /** Names, in no order. */
  readdir(path: string): readonly string[];
  /** With its parents; nothing happens when it exists. */
  mkdir(path: string): void;
}
