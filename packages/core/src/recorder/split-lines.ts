/** A text as lines, split at its line ends; a text without any is one line. */
export function splitLines(input: string): readonly string[] {
  const text = input.endsWith('\n') ? input.slice(0, -1) : input;
  return text.split('\n').map(withoutReturn);
}

/** A line whose end was `\r\n`, without the first of them. */
export function withoutReturn(line: string): string {
  return line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line;
}
