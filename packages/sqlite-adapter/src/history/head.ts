import { bootId, type Epoch, type Head, StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';

/** The newest commit row says where the store stands; before the first commit there is none. */
const newestSql = 'SELECT epoch, marks FROM stepwell_commits ORDER BY epoch DESC LIMIT 1';

const headSql = `
  SELECT (SELECT value FROM stepwell_meta WHERE key = 'store'),
    (SELECT value FROM stepwell_meta WHERE key = 'lineage'),
    (SELECT value FROM stepwell_meta WHERE key = 'boot'), newest.epoch, newest.marks
  FROM (SELECT 1) LEFT JOIN (${newestSql}) AS newest`;

type HeadRow = readonly [
  store: string | null,
  lineage: string | null,
  boot: string | null,
  epoch: Epoch | null,
  marks: string | null,
];

/** Where the store stands, as `connection` sees it. The first read of a transaction: it fixes what the rest will see. */
export function readHead(connection: Connection): Head {
  const [store, lineage, , epoch, marks] = readRow(connection);
  return { store, lineage, epoch: epoch ?? 0, marks: parseMarks(marks) };
}

/**
 * Reads one head after the other, from any connections to one database; every snapshot begins with it. What cannot have
 * changed since the last one is not read again: a lineage that was named since the machine booted lasts as long as
 * this process, and most commits leave the marks as they are.
 */
export class HeadReader {
  /** The statement that {@link read} runs, for a connection that keeps it compiled. */
  static prepare(connection: Connection): SqliteStatement {
    return connection.prepare(newestSql).raw();
  }

  #identity: { readonly store: string; readonly lineage: string } | undefined;
  #marks: { readonly text: string | null; readonly parsed: Head['marks'] } = { text: null, parsed: {} };

  /** As {@link readHead}; `statement` is one of {@link prepare}. */
  read(connection: Connection, statement: SqliteStatement): Head {
    const { store, lineage } = this.#identity ?? this.#identify(connection);
    const newest = statement.get() as [Epoch, string | null] | undefined;
    if (newest === undefined) return { store, lineage, epoch: 0, marks: {} };
    const [epoch, marks] = newest;
    if (marks !== this.#marks.text) this.#marks = { text: marks, parsed: parseMarks(marks) };
    return { store, lineage, epoch, marks: this.#marks.parsed };
  }

  #identify(connection: Connection): { readonly store: string; readonly lineage: string } {
    const [store, lineage, boot] = readRow(connection);
    // Of an earlier boot: the next process that opens for writing names another one.
    if (boot === bootId()) this.#identity = { store, lineage };
    return { store, lineage };
  }
}

/** @throws `CORRUPT` when the names of the store are not there */
function readRow(connection: Connection): HeadRow & readonly [store: string, lineage: string, ...unknown[]] {
  const row = connection.tuples.get(headSql).get() as HeadRow;
  const [store, lineage] = row;
  if (store === null || lineage === null) {
    const lost = store === null ? 'store' : 'lineage';
    throw new StoreError('CORRUPT', `${connection.path}: the table stepwell_meta has lost its ${lost}`, {
      details: { path: connection.path },
    });
  }
  return row as HeadRow & readonly [string, string, ...unknown[]];
}

function parseMarks(marks: string | null): Head['marks'] {
  return marks === null ? {} : (JSON.parse(marks) as Record<string, Epoch>);
}
