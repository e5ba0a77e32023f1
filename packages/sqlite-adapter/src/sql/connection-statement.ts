import { StoreError } from '@stepwell/core';

/** What may stand before the first word: space, comments, and statements that are empty. */
const leading = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*/;
const firstWord = /^[a-z]+/i;

/** Statements that act on the connection instead of on data: they would end a transaction that is not theirs. */
const transactionWords = ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE'];
const refused: ReadonlySet<string> = new Set([...transactionWords, 'ATTACH', 'DETACH', 'VACUUM', 'PRAGMA']);
const schemaWords: ReadonlySet<string> = new Set(['CREATE', 'DROP', 'ALTER']);

/** What stands before a statement that is not to run. Many a PRAGMA acts all the same, when it is compiled. */
const explain: readonly string[] = ['EXPLAIN', 'QUERY', 'PLAN'];
const explained: ReadonlySet<string> = new Set([
  'SELECT',
  'VALUES',
  'WITH',
  'INSERT',
  'REPLACE',
  'UPDATE',
  'DELETE',
]);

/** The first word of a statement, in capitals. No statement that is a keyword can be quoted, or begin otherwise. */
export function firstWordOf(sql: string): string | undefined {
  return firstWord.exec(withoutLeading(sql))?.[0].toUpperCase();
}

/** Whether it changes the schema: nothing but these words can begin such a statement. */
export function isSchemaStatement(sql: string): boolean {
  return schemaWords.has(firstWordOf(sql) ?? '');
}

/** A statement from its first word on. */
export function withoutLeading(sql: string): string {
  return sql.slice(leading.exec(sql)?.[0].length ?? 0);
}

/**
 * Refuses what no caller of a store may run.
 * @throws `INVALID_ARGUMENT`
 */
export function refuseConnectionStatement(sql: string): void {
  const word = firstWordOf(sql);
  if (word === 'EXPLAIN') refuseExplanation(sql);
  if (word === undefined || !refused.has(word)) return;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `${word} acts on the connection, which is the store's: transactions are its own`,
  );
}

function refuseExplanation(sql: string): void {
  let rest = sql;
  for (const word of explain) if (firstWordOf(rest) === word) rest = withoutLeading(rest).slice(word.length);
  if (explained.has(firstWordOf(rest) ?? '')) return;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `EXPLAIN is for statements that read or write rows; others may act when they are compiled: ${sql}`,
  );
}
