import { inspect } from 'node:util';

/** UTF-16 units that are kept: an error may carry all that a program printed. */
const maxLength = 65_536;

/** Why something failed, as text that can be stored: the message of an error, or whatever was given. */
export function reasonText(reason: unknown): string {
  const text = textOf(reason);
  // A foreign message may hold what no store can (SF-33); the reason of a failure must not be lost over it.
  return text.slice(0, maxLength).toWellFormed().replaceAll('\0', '\uFFFD');
}

function textOf(reason: unknown): string {
  try {
    if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
    // Not `String`, which throws for an object without a prototype.
    return typeof reason === 'string' ? reason : inspect(reason);
  } catch {
    // A proxy or a getter. That it failed is to be recorded all the same.
    return 'a reason that cannot be read';
  }
}
