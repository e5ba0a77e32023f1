import { basename } from 'node:path';
import { type ContentSource, StoreError, toStoreError } from '@stepwell/core';
import { artifactDefaults } from '../settings.ts';
import { findSourceFile, sourceFileChunks } from './source-file.ts';
import { untilAborted } from './until-aborted.ts';

/** Content on its way in. */
export interface Content {
  /** What the source itself is called; empty when it is no file. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface ContentLimits {
  readonly maxBytes: number;
  readonly within: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Any source as a stream of chunks that keeps within the limits. A file is looked at here, and opened at the first pull. */
export async function openContent(source: ContentSource, limits: ContentLimits): Promise<Content> {
  const { name, chunks, size } = await streamOf(source, limits.within);
  if (size > limits.maxBytes) throw tooLarge(limits.maxBytes);
  const limited = atMost(chunks, limits.maxBytes);
  return { name, chunks: untilAborted(limited, limits.signal) };
}

async function streamOf(
  source: ContentSource,
  within?: readonly string[],
): Promise<Content & { readonly size: number }> {
  if (typeof source === 'string') {
    const file = await findSourceFile(source, within);
    return { name: basename(source), chunks: sourceFileChunks(file), size: file.size };
  }
  if (source instanceof Uint8Array) return { name: '', chunks: slices(source), size: source.byteLength };
  if (typeof source?.[Symbol.asyncIterator] === 'function')
    return { name: '', chunks: checked(source), size: 0 };
  throw new StoreError('INVALID_ARGUMENT', 'content is a path, bytes, or an async iterable of bytes');
}

/** In pieces, so that hashing a large buffer lets the event loop breathe. */
async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const { chunkBytes } = artifactDefaults;
  for (let from = 0; from < bytes.byteLength; from += chunkBytes)
    yield bytes.subarray(from, from + chunkBytes);
}

/** A stranger's stream: its failures become ours to name, and what is not bytes is refused. */
async function* checked(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of source) {
      if (!(chunk instanceof Uint8Array)) {
        throw new StoreError('INVALID_ARGUMENT', `a chunk of the content is ${typeof chunk}, not bytes`);
      }
      yield chunk;
    }
  } catch (error) {
    throw toStoreError(error, 'IO', 'the stream of the content failed');
  }
}

async function* atMost(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function tooLarge(maxBytes: number): StoreError {
  return new StoreError(
    'INVALID_ARGUMENT',
    `the content is larger than the ${maxBytes} bytes that are taken`,
    {
      details: { maxBytes },
    },
  );
}
