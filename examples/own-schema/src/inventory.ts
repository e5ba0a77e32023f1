import { type Driver, uuidv7 } from '@stepwell/core';
import { execute, queryBuilder, type SqlOp, type SqlView, sqliteDriver } from '@stepwell/sqlite-adapter';
import { sql } from 'kysely';
import { type Inventory, migrations } from './schema.ts';

const db = queryBuilder<Inventory>();

/** The schema as a store; `openStore` and `openReader` take it. */
export function inventory(path: string): Driver<SqlView<Inventory>, SqlOp> {
  return sqliteDriver<Inventory>({ path, migrations, changes: ['stock', 'movement'] });
}

/** What a movement is in SQL: ops are data, and one write of them stands or falls as a whole. */
export function move(sku: string, pieces: number, at: number = Date.now()): SqlOp[] {
  const stock =
    pieces >= 0
      ? execute(
          db
            .insertInto('stock')
            .values({ sku, pieces })
            .onConflict((conflict) => conflict.doUpdateSet({ pieces: sql`stock.pieces + excluded.pieces` })),
        )
      : // One row must change: if there is none, or if the check refuses it, nothing of the write is kept.
        execute(
          db
            .updateTable('stock')
            .set({ pieces: sql`pieces + ${pieces}` })
            .where('sku', '=', sku),
          { expect: { changes: 1 } },
        );
  return [stock, execute(db.insertInto('movement').values({ id: uuidv7(), sku, pieces, at }))];
}

/** The store never disagrees with its history: not in any snapshot, whatever is written meanwhile. */
export async function balances(view: SqlView<Inventory>): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for await (const { sku, pieces } of view.selectFrom('movement').select(['sku', 'pieces']).stream()) {
    sums.set(sku, (sums.get(sku) ?? 0) + pieces);
  }
  return sums;
}
