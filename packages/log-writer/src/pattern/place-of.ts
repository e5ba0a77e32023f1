/** Where `part`, which a parser refused, stands in a pattern; never in the middle of an escape. 0 where it is not found. */
export function placeOf(part: string, pattern: string): number {
  for (let at = 0; at < pattern.length; at += pattern[at] === '\\' ? 2 : 1) {
    if (pattern.startsWith(part, at)) return at;
  }
  return 0;
}
