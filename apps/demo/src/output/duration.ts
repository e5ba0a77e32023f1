const units: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** Milliseconds as people say them, in two units at most: `350 ms`, `1.2 s`, `2 min 5 s`, `3 h 20 min`. */
export function describeDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0).replace('.0', '')} s`;
  const index = units.findIndex(([, size]) => ms >= size);
  const [large, size] = units[index] ?? ['s', 1000];
  const [small, smallSize] = units[index + 1] ?? ['s', 1000];
  const whole = Math.floor(ms / size);
  const rest = Math.floor((ms - whole * size) / smallSize);
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}
