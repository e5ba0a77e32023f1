import type { Connection } from '../../connection/connection.ts';
import { fromSqliteError } from '../../errors/sqlite-error.ts';

/**
 * Writes the current state to `destination`, without free pages. A plain copy of the file would miss what is in the
 * log, or be torn by a checkpoint (SF-07).
 */
export function copyInto(source: Connection, destination: string): void {
  try {
    source.prepare('VACUUM INTO ?').run([destination]);
  } catch (error) {
    const bytes = Number(source.pragma('page_count')) * Number(source.pragma('page_size'));
    throw fromSqliteError(error, 'could not write the copy', destination, bytes);
  }
}

/**
 * Makes a copy a store of its own: in WAL mode, with a lineage that its first writer will replace (S3), and on the
 * device. The one sync covers the whole file.
 */
export function finishCopy(copy: Connection): void {
  copy.exec('PRAGMA synchronous = FULL');
  copy.exec("UPDATE stepwell_meta SET value = '' WHERE key = 'boot'");
  copy.exec('PRAGMA wal_checkpoint(TRUNCATE)');
}
