import { parseArtifactContent } from './artifact-content.ts';
import { parseGithubCommand } from './github-command.ts';
import type { Marker } from './marker.ts';
import { parameterValue } from './parameter-value.ts';
import { parseStepContent } from './step-content.ts';

/** Longest key and value of a META marker, in UTF-16 units: metadata describes, logs and artifacts hold. */
const maxMetaKey = 256;
const maxMetaValue = 16_384;

/** SF-69: how each marker begins, in the order in which the lenient mode looks for them. */
export const keywords = ['STEP_START:', 'STEP_COMPLETE:', 'STEP_ERROR:', 'ARTIFACT:', 'META:'] as const;
export type Keyword = (typeof keywords)[number];

/** SF-70, strict: the marker that `text` begins with. `text` is a line without escape sequences. */
export function parseMarker(text: string): Marker | undefined {
  if (text.startsWith('::')) return parseGithubCommand(text);
  for (const keyword of keywords) {
    if (text.startsWith(keyword)) return parseContent(keyword, text.slice(keyword.length).trim());
  }
  const misspelt = /^STEP_[A-Z]{1,20}:/.exec(text)?.[0];
  if (misspelt === undefined) return undefined;
  return malformed(`${misspelt} is no marker; there are STEP_START, STEP_COMPLETE and STEP_ERROR`);
}

/** SF-70, lenient: the first kind, in fixed order, that stands anywhere in `text`. */
export function parseMarkerAnywhere(text: string): Marker | undefined {
  for (const keyword of keywords) {
    const at = text.search(new RegExp(keyword, 'i'));
    if (at === -1) continue;
    // The quotes and brackets of a line that is the source of an echo are not part of what it says.
    const content = text.slice(at + keyword.length).replace(/["');\s]{1,20}$/, '');
    return parseContent(keyword, content.trim());
  }
  return parseMarker(text);
}

function parseContent(keyword: Keyword, content: string): Marker {
  switch (keyword) {
    case 'STEP_START:':
    case 'STEP_COMPLETE:': {
      const step = parseStepContent(content);
      if (step.name === '') return malformed(`${keyword} names no step`);
      return { kind: keyword === 'STEP_START:' ? 'step-start' : 'step-complete', ...step };
    }
    case 'STEP_ERROR:':
      if (content === '') return malformed('STEP_ERROR: says nothing');
      // Verbatim: `cannot open file[0]` has no parameters.
      return { kind: 'step-error', message: content };
    case 'ARTIFACT:': {
      const artifact = parseArtifactContent(content);
      return artifact.path === '' ? malformed('ARTIFACT: names no file') : { kind: 'artifact', ...artifact };
    }
    case 'META:':
      return parseMeta(content);
  }
}

/** SF-76: `key:value`, at the first colon; later colons belong to the value. */
function parseMeta(content: string): Marker {
  const colon = content.indexOf(':');
  if (colon === -1) return malformed('META: has no colon between key and value');
  const key = content.slice(0, colon).trim();
  const value = content.slice(colon + 1).trim();
  if (key === '') return malformed('META: has no key');
  if (value === '') return malformed(`META: ${key.slice(0, 50)} has no value`);
  if (key.length > maxMetaKey) return malformed(`META: has a key of more than ${maxMetaKey} characters`);
  if (value.length > maxMetaValue)
    return malformed(`META: has a value of more than ${maxMetaValue} characters`);
  if (key === reservedMetaKey) return malformed(`META: the key ${reservedMetaKey} is Stepwell's own`);
  return { kind: 'meta', key, value: parameterValue(value) };
}

/** Under this key of a run's metadata stands what Stepwell has to say of it: warnings, lines that were not recorded. */
export const reservedMetaKey = 'stepwell';

function malformed(problem: string): Marker {
  return { kind: 'malformed', problem };
}
