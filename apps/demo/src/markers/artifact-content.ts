/**
 * What stands before the colon that ends the path: the drive of a Windows path, or scheme and host of a URL. Their
 * own colons end nothing.
 */
const prefix = /^(?:[A-Za-z]:(?=[\\/])|[A-Za-z][A-Za-z0-9+.-]+:\/\/[^/\s]*)/;

/** SF-75: `path:description`, at the first colon; `\:` is a colon of the path. */
export function parseArtifactContent(content: string): {
  readonly path: string;
  readonly description: string | null;
} {
  const start = prefix.exec(content)?.[0].length ?? 0;
  const colon = firstBareColon(content, start);
  const path = content.slice(0, colon).replaceAll('\\:', ':').trim();
  const description = content.slice(colon + 1).trim();
  return { path, description: description === '' ? null : description };
}

function firstBareColon(content: string, from: number): number {
  for (let at = from; ; at += 1) {
    at = content.indexOf(':', at);
    if (at === -1) return content.length;
    if (content[at - 1] !== '\\') return at;
  }
}
