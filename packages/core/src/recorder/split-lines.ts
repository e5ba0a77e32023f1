/** A text as lines, split at its line ends; a text without any is one line. */
export function splitLines(input: string): readonly string[] {
  const text = input.endsWith('\n') ? input.slice(0, -1) : input;
  // What most callers give.
  if (!text.includes('\n')) return [withoutReturn(text)];
  return text.split('\n').map(withoutReturn);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
