import type { Connection } from '../../connection/connection.ts';

/**
 * Writes the current state to `destination`, without free pages. A plain copy of the file would miss what is in the
 * log, or be torn by a checkpoint (SF-07).
 */
export function copyInto(source: Connection, destination: string): void {
  source.prepare('VACUUM INTO ?').run([destination]);
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
