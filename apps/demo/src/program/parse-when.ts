import { parseSpan } from '../run/parse-duration.ts';

/** A date, and a time of day as exact as one likes, in the local zone unless one is named. */
const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/**
 * `10m` is ten minutes before `now`; `2026-03-01`, `2026-03-01 14:05:09.250` and what else `logs --timestamps` and ISO 8601
 * write is that moment. Milliseconds since the Unix epoch, `undefined` for what is neither.
 */
export function parseWhen(text: string, now: number): number | undefined {
  const ago = parseSpan(text);
  if (ago !== undefined) return Math.max(0, now - ago);
  if (!date.test(text)) return undefined;
  // A bare date would be one of Greenwich.
  const at = Date.parse(text.length === 10 ? `${text}T00:00` : text.replace(' ', 'T'));
  return at >= 0 ? at : undefined;
}
