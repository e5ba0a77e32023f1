import { StoreError } from '@stepwell/core';
import type { Connection } from './connection.ts';

/** What can be set per store; everything else follows from the design. */
export interface PragmaSettings {
  /** Page cache of each connection in KiB. */
  readonly cacheKiB: number;
}

interface Pragma {
  readonly name: string;
  readonly value: (settings: PragmaSettings) => number | string;
  /** What it must read back as; left out where that is the value itself. */
  readonly readsAs?: number | string;
  readonly why: string;
}

/** Milliseconds. A synchronous driver would spend them asleep on the event loop: waiting is done outside of SQLite. */
const busyTimeout = 0;

/** Bytes that the write-ahead log keeps on disk after it starts over; what a stalled reader made it grow to is given back. */
const walKeptBytes = 33_554_432;

/** Settings of every connection. */
const everyConnection: readonly Pragma[] = [
  { name: 'busy_timeout', value: () => busyTimeout, why: 'waiting must not block the event loop' },
  {
    name: 'foreign_keys',
    value: () => 1,
    why: 'a step without its execution must be impossible; off by default in SQLite',
  },
  {
    name: 'cache_size',
    value: ({ cacheKiB }) => -cacheKiB,
    why: 'negative is KiB: a number of pages would depend on their size',
  },
  {
    name: 'temp_store',
    value: () => 1,
    why: 'a sort larger than the cache goes to a file, not to unbounded memory',
  },
  {
    name: 'mmap_size',
    value: () => 0,
    why: 'an I/O error on a mapped page kills the process instead of failing the call',
  },
];

/** Settings of the connection that writes, and of none other. */
const writerOnly: readonly Pragma[] = [
  {
    name: 'journal_mode',
    value: () => 'WAL',
    readsAs: 'wal',
    why: 'readers and the writer do not wait for each other (S6)',
  },
  {
    name: 'synchronous',
    value: () => 1,
    why: 'NORMAL: a commit survives the process; FULL is switched on for power-loss commits (S2)',
  },
  {
    name: 'wal_autocheckpoint',
    value: () => 0,
    why: 'the checkpointer does it in its thread; with a pinned reader each commit would retry in vain',
  },
  {
    name: 'journal_size_limit',
    value: () => walKeptBytes,
    why: 'the file shrinks again after a long reader has gone',
  },
];

/** Settings of connections that read. */
const readerOnly: readonly Pragma[] = [
  { name: 'query_only', value: () => 1, why: 'a snapshot cannot write, whatever SQL it is given' },
];

/**
 * Configures a connection, and reads every setting back: SQLite answers a setting that it does not take with silence.
 * @throws `NOT_SUPPORTED`, naming the setting
 */
export function applyPragmas(
  connection: Connection,
  role: 'writer' | 'reader',
  settings: PragmaSettings,
): void {
  for (const pragma of [...everyConnection, ...(role === 'writer' ? writerOnly : readerOnly)]) {
    const value = pragma.value(settings);
    const wanted = pragma.readsAs ?? value;
    connection.pragma(`${pragma.name} = ${value}`);
    const actual = connection.pragma(pragma.name);
    if (actual === wanted) continue;
    throw new StoreError(
      'NOT_SUPPORTED',
      `${connection.path}: ${pragma.name} is ${String(actual)} and cannot be made ${wanted} (${pragma.why})`,
      { details: { pragma: pragma.name, wanted, actual } },
    );
  }
}
