import { checkBoolean, checkInteger, describe, invalid } from '../validation/check-value.ts';
import type { SearchOptions } from './log-view.ts';

const fields: ReadonlySet<string> = new Set(['streams', 'ignoreCase', 'limit']);

/** @throws `INVALID_ARGUMENT` for a text that cannot be in a line, an unknown option or one without a sensible value */
export function checkSearch(text: string, options: SearchOptions): void {
  if (typeof text !== 'string' || !text.isWellFormed()) {
    throw invalid(`the text to search for must be well-formed text, not ${describe(text)}`);
  }
  if (text === '') throw invalid('there is nothing to search for: the text is empty');
  if (typeof options !== 'object' || options === null) {
    throw invalid(`search options must be an object, not ${describe(options)}`);
  }
  for (const [field, value] of Object.entries(options)) {
    if (!fields.has(field)) throw invalid(`a search has no option ${JSON.stringify(field)}`);
    if (value === undefined) continue;
    if (field === 'limit') checkInteger(value, field, 1);
    else if (field === 'ignoreCase') checkBoolean(value, field);
    else if (!Array.isArray(value) || value.some((stream) => typeof stream !== 'string')) {
      throw invalid(`streams must be an array of texts, not ${describe(value)}`);
    }
  }
}
