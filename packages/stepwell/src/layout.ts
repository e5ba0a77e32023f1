import { join } from 'node:path';

/*
 * What a store's directory holds:
 *
 *   records.db        executions, steps, artifacts, facts and the change history: open it with any SQLite shell
 *   records.db-wal    what was committed and not yet moved there
 *   logs/             log segments and their manifest (docs/log-format.md)
 *   artifacts/        files by their content
 *   locks/            kernel-held locks, and who holds them
 */
export interface Layout {
  readonly records: string;
  readonly logs: string;
  readonly artifacts: string;
  readonly locks: string;
}

export function layoutOf(directory: string): Layout {
  return {
    records: join(directory, 'records.db'),
    logs: join(directory, 'logs'),
    artifacts: join(directory, 'artifacts'),
    locks: join(directory, 'locks'),
  };
}
