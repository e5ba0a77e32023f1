import type { Marker } from './marker.ts';

/**
 * The commands of GitHub's runner that say something about the run: `::group::`, `::endgroup::`, and `::error::` and
 * `::warning::` with or without properties. Others are lines like any other.
 */
export function parseGithubCommand(text: string): Marker | undefined {
  const head = /^::(group|endgroup|error|warning)(?= |::)/.exec(text);
  if (head === null) return undefined;
  const end = text.indexOf('::', head[0].length);
  if (end === -1) return undefined;
  const message = unescaped(text.slice(end + 2)).trim();
  switch (head[1]) {
    case 'group':
      return { kind: 'group', name: message === '' ? 'group' : message };
    case 'endgroup':
      return { kind: 'end-group' };
    default:
      return { kind: 'annotation', level: head[1] === 'error' ? 'error' : 'warning', message };
  }
}

/** The three characters that the runner's commands escape; `%25` last, since it makes new percent signs. */
function unescaped(text: string): string {
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
}
