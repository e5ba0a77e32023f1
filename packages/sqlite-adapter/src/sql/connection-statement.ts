import { StoreError } from '@stepwell/core';

/** What may stand before the first word: space, comments, and statements that are empty. */
const leading = /^(?:[\s;]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*/;
const firstWord = /^[a-z]+/i;

/** Statements that act on the connection instead of on data: they would end a transaction that is not theirs. */
const refused: ReadonlySet<string> = new Set([
  'BEGIN',
  'COMMIT',
  'END',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
  'ATTACH',
  'DETACH',
  'VACUUM',
  'PRAGMA',
]);

/**
 * Refuses what no caller of a store may run.
 * @throws `INVALID_ARGUMENT`
 */
export function refuseConnectionStatement(sql: string): void {
  const word = firstWord.exec(sql.slice(leading.exec(sql)?.[0].length ?? 0))?.[0].toUpperCase();
  if (word === undefined || !refused.has(word)) return;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `${word} acts on the connection, which is the store's: transactions are its own`,
  );
}
