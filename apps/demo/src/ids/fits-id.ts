/** So many characters of an id must be given at least; fewer would fit something by accident. */
export const minimumLength = 4;

/** Whether `part` is the beginning or the end of `id`. Hyphens and capitals do not matter, as ids are copied by hand. */
export function fitsId(id: string, part: string): boolean {
  const bare = bareId(part);
  if (bare.length < minimumLength) return false;
  return bareId(id).startsWith(bare) || bareId(id).endsWith(bare);
}

function bareId(id: string): string {
  return id.replaceAll('-', '').toLowerCase();
}
