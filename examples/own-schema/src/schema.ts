import type { Migrations } from '@stepwell/sqlite-adapter';
import { sql } from 'kysely';

/** An inventory: what is in stock, and every movement that made it so. */
export interface Inventory {
  stock: { sku: string; pieces: number };
  movement: { id: string; sku: string; pieces: number; at: number };
}

/** Applied once, in the order of their names, all in one transaction. */
export const migrations: Migrations = {
  '0001-inventory': {
    up: async (db) => {
      await db.schema
        .createTable('stock')
        .addColumn('sku', 'text', (column) => column.primaryKey())
        .addColumn('pieces', 'integer', (column) => column.notNull().check(sql`pieces >= 0`))
        .execute();
      await db.schema
        .createTable('movement')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('sku', 'text', (column) => column.notNull().references('stock.sku').onDelete('cascade'))
        .addColumn('pieces', 'integer', (column) => column.notNull())
        .addColumn('at', 'integer', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('movement_by_sku').on('movement').columns(['sku', 'at']).execute();
    },
  },
};
