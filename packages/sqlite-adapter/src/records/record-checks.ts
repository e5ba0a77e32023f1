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
  tagCheck('execution', 'executions', 'execution_tags'),
  tagCheck('artifact', 'artifacts', 'artifact_tags'),
];

/** Tags stand in the record, for those who read it, and in a table, for those who look for them. */
function tagCheck(kind: string, records: string, tags: string): Check {
  return {
    id: `records.${kind}.tags`,
    where: tags,
    sql: `SELECT '${kind} ' || id || ' and the table ${tags} differ on the tag ' || tag FROM (
      SELECT r.id AS id, each.value AS tag FROM ${records} AS r, json_each(r.tags) AS each
        WHERE NOT EXISTS (SELECT 1 FROM ${tags} AS t
          WHERE t.tag = each.value AND t.created_at = r.created_at AND t.record_id = r.id)
      UNION ALL
      SELECT t.record_id, t.tag FROM ${tags} AS t
        WHERE NOT EXISTS (SELECT 1 FROM ${records} AS r, json_each(r.tags) AS each
          WHERE r.id = t.record_id AND r.created_at = t.created_at AND each.value = t.tag))`,
  };
}
