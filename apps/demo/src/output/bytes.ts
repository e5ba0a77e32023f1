const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes as people say them, by thousands: `512 B`, `1.4 MB`. */
export function describeBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1).replace('.0', '')} ${units[unit]}`;
}
