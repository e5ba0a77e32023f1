import { checkBoolean, checkInteger, describe, invalid, quote } from '../validation/check-value.ts';
import { readGiven } from '../validation/copy-json.ts';
import { readFields } from '../validation/read-fields.ts';
import type { SearchOptions } from './log-view.ts';

const fields: ReadonlySet<string> = new Set(['streams', 'ignoreCase', 'limit']);

/**
 * The options as they were when they were given.
 * @throws `INVALID_ARGUMENT` for a text that cannot be in a line, an unknown option or one without a sensible value
 */
export function checkSearch(text: string, options: SearchOptions): SearchOptions {
  if (typeof text !== 'string' || !text.isWellFormed()) {
    throw invalid(`the text to search for must be well-formed text, not ${describe(text)}`);
  }
  if (text === '') throw invalid('there is nothing to search for: the text is empty');
  const checked: Record<string, unknown> = {};
  for (const [field, value] of readFields(options, 'the options of a search')) {
    if (!fields.has(field)) throw invalid(`a search has no option ${quote(field)}`);
    if (value === undefined) continue;
    if (field === 'limit') checkInteger(value, field, 1);
    else if (field === 'ignoreCase') checkBoolean(value, field);
    checked[field] = field === 'streams' ? readStreams(value) : value;
  }
  return checked;
}

/** Up to the first that is no text: an array of holes may be longer than memory. */
function readStreams(given: unknown): readonly string[] {
  return readGiven(() => {
    if (!Array.isArray(given)) throw invalid(`streams must be an array of texts, not ${describe(given)}`);
    const streams: string[] = [];
    for (const stream of given as readonly unknown[]) {
      if (typeof stream !== 'string')
        throw invalid(`streams must be an array of texts, and holds ${describe(stream)}`);
      streams.push(stream);
    }
    return streams;
  });
}
