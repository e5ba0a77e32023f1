import { compareUtf8 } from '../index/compare-utf8.ts';

/** The names of all sources, each once, in UTF-8 order; each source is in that order. */
export function* mergeNames(sources: readonly Iterable<string>[]): Generator<string> {
  const iterators = sources.map((source) => source[Symbol.iterator]());
  const heads = iterators.map((iterator) => iterator.next());
  for (;;) {
    let least: string | undefined;
    for (const { done, value } of heads)
      if (done !== true && (least === undefined || compareUtf8(value, least) < 0)) least = value;
    if (least === undefined) return;
    for (const [i, head] of heads.entries())
      if (head.done !== true && head.value === least) heads[i] = iterators[i]?.next() ?? head;
    yield least;
  }
}
