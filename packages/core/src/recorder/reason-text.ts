import { inspect } from 'node:util';

/** UTF-16 units that are kept: an error may carry all that a program printed. */
const maxLength = 65_536;

/** Why something failed, as text that can be stored: the message of an error, or whatever was given. */
export function reasonText(reason: unknown): string {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : textOf(reason);
  // A foreign message may hold what no store can (SF-33); the reason of a failure must not be lost over it.
  return text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Not `String`, which throws for an object without a prototype. */
function textOf(reason: unknown): string {
  return typeof reason === 'string' ? reason : inspect(reason);
}
