import { type LogOp, type LogView, toArray } from '@stepwell/core';
import type { Broken } from './broken-driver.ts';
import { viewing } from './viewing-logs.ts';

/** Mistakes of a log backend that searches. */
export const brokenSearches: readonly Broken<LogView, LogOp>[] = [
  viewing('counts offsets in characters', /^SF-46: offsets count bytes/, (view) => ({
    async *search(text, options) {
      for await (const match of view.search(text, options))
        yield typeof text === 'string' ? { ...match, offset: match.line.text.indexOf(text) } : match;
    },
  })),
  viewing('searches the text instead of the bytes', /^SF-46: offsets count bytes/, (view) => ({
    async *search(text, options) {
      for (const stream of await toArray(view.streams())) {
        if (options?.streams !== undefined && !options.streams.includes(stream)) continue;
        for await (const line of view.lines(stream)) {
          const offset = line.text.indexOf(String(text));
          if (offset < 0) continue;
          yield { line, offset: Buffer.byteLength(line.text.slice(0, offset)), before: [], after: [] };
        }
      }
    },
  })),
  viewing('finds each line once for all streams', /^SF-46: streams and limit narrow a search/, (view) => ({
    search: (text, options = {}) => view.search(text, { ...options, limit: 1 }),
  })),
];
