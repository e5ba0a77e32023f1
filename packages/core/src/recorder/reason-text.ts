/** Why something failed, as text that can be stored: the message of an error, or whatever was given. */
export function reasonText(reason: unknown): string {
  const text = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  // A foreign message may hold what no store can (SF-33); the reason of a failure must not be lost over it.
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}
