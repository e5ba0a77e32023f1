const units: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

/** After so many milliseconds a date says more than a count of days. */
const tooLong = 30 * 86_400_000;

/** When something happened, as people say it: `just now`, `5 min ago`, `2 days ago`, and later the date. */
export function relativeTime(at: number, now: number): string {
  const ago = now - at;
  // A clock that was set back, or a record from a machine whose clock is ahead.
  if (ago < 0 || ago >= tooLong) return localTime(at).slice(0, 10);
  for (const [name, ms] of units) {
    const count = Math.floor(ago / ms);
    if (count >= 1) return `${count} ${name}${name === 'day' && count > 1 ? 's' : ''} ago`;
  }
  return 'just now';
}

/** `2026-03-01 14:05:09`, by the clock on the wall. */
export function localTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
