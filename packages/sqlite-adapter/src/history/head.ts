import { type Epoch, type Head, StoreError } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';

/** The newest commit row says where the store stands; before the first commit there is none. */
const headSql = `
  SELECT (SELECT value FROM stepwell_meta WHERE key = 'store'),
    (SELECT value FROM stepwell_meta WHERE key = 'lineage'), newest.epoch, newest.marks
  FROM (SELECT 1) LEFT JOIN (SELECT epoch, marks FROM stepwell_commits ORDER BY epoch DESC LIMIT 1) AS newest`;

type HeadRow = readonly [
  store: string | null,
  lineage: string | null,
  epoch: Epoch | null,
  marks: string | null,
];

/** Where the store stands, as `connection` sees it. The first read of a transaction: it fixes what the rest will see. */
export function readHead(connection: Connection): Head {
  const row = connection.tuples.get(headSql).get() as HeadRow;
  const [store, lineage, epoch, marks] = row;
  if (store === null || lineage === null) {
    const lost = store === null ? 'store' : 'lineage';
    throw new StoreError('CORRUPT', `${connection.path}: the table stepwell_meta has lost its ${lost}`, {
      details: { path: connection.path },
    });
  }
  return {
    store,
    lineage,
    epoch: epoch ?? 0,
    marks: marks === null ? {} : (JSON.parse(marks) as Record<string, Epoch>),
  };
}
