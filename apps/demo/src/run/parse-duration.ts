const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest that a timer of Node can wait. Milliseconds; a little under 25 days. */
const longest = 0x7fffffff;

/**
 * `90`, `90s`, `1.5m`, `500ms`, `2h`, `1d` in milliseconds; a bare number is seconds. `undefined` for what is none, or
 * is zero, or longer than a timer can count.
 */
export function parseDuration(text: string): number | undefined {
  const ms = parseSpan(text);
  return ms !== undefined && ms <= longest ? ms : undefined;
}

/** As {@link parseDuration}, of any length. */
export function parseSpan(text: string): number | undefined {
  const [, digits, unit] = /^(\d{1,10}(?:\.\d{1,6})?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const ms = Math.round(Number(digits) * (units[unit ?? 's'] ?? 1000));
  return ms >= 1 ? ms : undefined;
}
