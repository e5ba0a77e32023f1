import { describe, invalid } from '../validation/check-value.ts';

/** @throws `INVALID_ARGUMENT` */
export function checkContentText(content: unknown): asserts content is string {
  if (typeof content !== 'string')
    throw invalid(`the content of a line must be text or bytes, not ${describe(content)}`);
  // Bytes that are no UTF-8 can be given as bytes; a lone surrogate would silently become U+FFFD.
  if (!content.isWellFormed())
    throw invalid('the content of a line holds a lone surrogate, which has no UTF-8 form');
}
