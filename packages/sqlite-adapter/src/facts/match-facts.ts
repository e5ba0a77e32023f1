import type { Fact, FactPattern } from '@stepwell/core';
import type { Tuple } from '../connection/sqlite-types.ts';
import type { RowStream } from '../snapshots/row-stream.ts';
import type { SnapshotReader } from '../snapshots/snapshot-reader.ts';

/*
 * Each of the eight patterns has an index that begins with what is given:
 *
 *   s p o · s p · s · (none)   the primary key (s, p, o)
 *   p o · p                    facts_pos (p, o, s)
 *   o s · o                    facts_osp (o, s, p)
 */

const ends = { subject: 's', predicate: 'p', object: 'o' } as const;
const fields = Object.keys(ends) as (keyof typeof ends)[];

/** One query per pattern: the terms that are given are looked up first, and those that are not are joined. */
const queries: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 8 }, (_, bits) => {
    const given = fields.filter((_field, place) => (bits & (1 << place)) !== 0);
    return [given.join(' '), matchSql(new Set(given))] as const;
  }),
);

/** Facts that fit `pattern`, along the index that begins with what is given. */
export function matchFacts(reader: SnapshotReader, pattern: FactPattern): RowStream<Fact> {
  const given = fields.filter((field) => pattern[field] !== undefined);
  const sql = queries.get(given.join(' ')) ?? '';
  const parameters = given.map((field) => pattern[field]);
  return reader.stream(sql, parameters, decodeFact);
}

/** What the index of a pattern is called, for the test that holds the queries to it. */
export function matchSql(given: ReadonlySet<keyof typeof ends>): string {
  // CROSS JOIN keeps the order: the facts along their index, then the texts of each.
  const joins = fields.map((field) => `CROSS JOIN terms AS ${field} ON ${field}.id = facts.${ends[field]}`);
  const conditions = fields
    .filter((field) => given.has(field))
    .map((field) => `facts.${ends[field]} = (SELECT id FROM terms WHERE value = ?)`);
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT subject.value, predicate.value, object.value FROM facts ${joins.join(' ')}${where}`;
}

function decodeFact(row: Tuple): Fact {
  return { subject: row[0] as string, predicate: row[1] as string, object: row[2] as string };
}
