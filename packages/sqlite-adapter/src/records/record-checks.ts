import type { Check } from '../maintenance/task.ts';

/** What no sequence of ops can bring about, beyond what SQLite checks by itself. */
export const recordChecks: readonly Check[] = [
  {
    id: 'records.fact.term',
    where: 'facts',
    sql: `SELECT 'fact ' || s || ' ' || p || ' ' || o || ' refers to a term that is not there' FROM facts
      WHERE NOT EXISTS (SELECT 1 FROM terms WHERE id = s)
        OR NOT EXISTS (SELECT 1 FROM terms WHERE id = p)
        OR NOT EXISTS (SELECT 1 FROM terms WHERE id = o)`,
  },
  jsonCheck('execution', 'executions', ['environment', 'tags', 'metadata']),
  jsonCheck('step', 'steps', ['metadata']),
  jsonCheck('artifact', 'artifacts', ['tags', 'metadata']),
  tagCheck('execution', 'executions', 'execution_tags'),
  tagCheck('artifact', 'artifacts', 'artifact_tags'),
];

/** Columns that hold JSON or NULL; tags that are no JSON would also stop the check of tags. */
function jsonCheck(kind: string, records: string, columns: readonly string[]): Check {
  return {
    id: `records.${kind}.json`,
    where: records,
    sql: columns
      .map(
        (column) => `SELECT '${kind} ' || id || ' holds no valid JSON in ${column}' FROM ${records}
          WHERE ${column} IS NOT NULL AND NOT json_valid(${column})`,
      )
      .join(' UNION ALL '),
  };
}

/** Tags stand in the record, for those who read it, and in a table, for those who look for them. */
function tagCheck(kind: string, records: string, tags: string): Check {
  return {
    id: `records.${kind}.tags`,
    where: tags,
    sql: `SELECT '${kind} ' || id || ' and the table ${tags} differ on the tag ' || tag FROM (
      SELECT r.id AS id, each.value AS tag FROM ${records} AS r, json_each(iif(json_valid(r.tags), r.tags, NULL)) AS each
        WHERE NOT EXISTS (SELECT 1 FROM ${tags} AS t
          WHERE t.tag = each.value AND t.created_at = r.created_at AND t.record_id = r.id)
      UNION ALL
      SELECT t.record_id, t.tag FROM ${tags} AS t
        WHERE NOT EXISTS (SELECT 1 FROM ${records} AS r, json_each(iif(json_valid(r.tags), r.tags, NULL)) AS each
          WHERE r.id = t.record_id AND r.created_at = t.created_at AND each.value = t.tag))`,
  };
}
