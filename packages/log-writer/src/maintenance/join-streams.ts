import { compareUtf8 } from '../index/compare-utf8.ts';
import type { SealedSegment } from '../sealed/sealed-segment.ts';
import type { SealedStream } from '../sealed/sealed-stream.ts';

/** A stream, and what each of some segments has of it. */
export interface JoinedStream {
  readonly name: string;
  /** One for each segment, in their order; `undefined` where it does not know the stream. */
  readonly parts: readonly (SealedStream | undefined)[];
}

/** All streams of sealed segments, in the order of their names as UTF-8: one stream of each segment is in memory at a time. */
export function* joinStreams(segments: readonly SealedSegment[]): Generator<JoinedStream> {
  const sources = segments.map((segment) => segment.streams()[Symbol.iterator]());
  const heads = sources.map((source) => source.next());
  for (;;) {
    let name: string | undefined;
    for (const { done, value } of heads) {
      if (!done && (name === undefined || compareUtf8(value.name, name) < 0)) name = value.name;
    }
    if (name === undefined) return;
    const parts: (SealedStream | undefined)[] = [];
    for (const [i, { done, value }] of heads.entries()) {
      const has = !done && value.name === name;
      parts.push(has ? value : undefined);
      if (has) heads[i] = sources[i]?.next() ?? { done: true, value: undefined };
    }
    yield { name, parts };
  }
}
