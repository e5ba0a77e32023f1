import type { FrozenStream } from './frozen-stream.ts';

/** So many blocks are decompressed while one is looked through: with that one it is all that is held at a time (S10). */
const blocksAhead = 3;

/** Small streams share blocks: so many of them may be known beforehand. */
const partsAhead = 512;

/** What can be read in one piece. */
export interface PartOfStream {
  readonly stream: FrozenStream;
  readonly part: number;
}

interface PreparedPart extends PartOfStream {
  /** Resolves, whatever comes of it, when reading the part does not have to decompress. Absent: need not be waited for. */
  readonly ready: Promise<void> | undefined;
}

/**
 * The parts in their order, while blocks of those that follow are decompressed by other threads. What fails there is thrown
 * when the part is read: an error has its turn. An `undefined`, by which `parts` lets others have the event loop, is passed on.
 * Nothing more is begun once nobody asks for parts.
 */
export function* withAhead(
  parts: Iterable<PartOfStream | undefined>,
): Generator<PreparedPart | undefined, void> {
  const coming: PreparedPart[] = [];
  /** What the coming parts wait for, and how many of them do. */
  const waited = new Map<Promise<void>, number>();
  let head: PreparedPart | undefined;
  for (const part of parts) {
    if (part === undefined) {
      yield undefined;
      continue;
    }
    // The first is read at once, while other threads have those behind it.
    const ready = head && part.stream.ahead(part.part);
    const { stream } = part;
    if (head === undefined) {
      head = { stream, part: part.part, ready };
      continue;
    }
    coming.push({ stream, part: part.part, ready });
    if (ready !== undefined) waited.set(ready, (waited.get(ready) ?? 0) + 1);
    while (head !== undefined && (waited.size >= blocksAhead || coming.length >= partsAhead)) {
      yield head;
      head = coming.shift();
      if (head?.ready !== undefined) countDown(waited, head.ready);
    }
  }
  if (head !== undefined) yield head;
  yield* coming;
}

function countDown<Key>(counts: Map<Key, number>, key: Key): void {
  const count = counts.get(key) ?? 0;
  if (count > 1) counts.set(key, count - 1);
  else counts.delete(key);
}
