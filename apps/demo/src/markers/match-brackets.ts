const closes: Readonly<Record<string, string>> = { ']': '[', '}': '{' };

/**
 * Where each bracket of `text` closes: opening position → closing position. One pass, so that a line of nothing but
 * open brackets costs no more than any other. A bracket after a backslash is a character like any other.
 */
export function matchBrackets(text: string): ReadonlyMap<number, number> {
  const open: Record<string, number[]> = { '[': [], '{': [] };
  const closing = new Map<number, number>();
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '[' || character === '{') open[character]?.push(at);
    else if (character === ']' || character === '}') {
      const start = open[closes[character] ?? '']?.pop();
      if (start !== undefined) closing.set(start, at);
    }
  }
  return closing;
}
