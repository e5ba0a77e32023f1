import { type LogOp, type LogView, type Match, toArray } from '@stepwell/core';
import type { Broken } from './broken-driver.ts';
import { viewing } from './viewing-logs.ts';

/** Breaks every match. */
function matching(
  name: string,
  caughtBy: RegExp,
  mistake: (match: Match, view: LogView) => Match | Promise<Match>,
): Broken<LogView, LogOp> {
  return viewing(name, caughtBy, (view) => ({
    async *search(pattern, options) {
      for await (const match of view.search(pattern, options)) yield await mistake(match, view);
    },
  }));
}

const ofItsStream = /^SF-46: context is of the stream of its match/;
const aroundIt = /^SF-46: a match bears the lines around it/;
const narrowed = /^S10: any combination of from, to, since and until narrows/;

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
  viewing('asks a pattern of text instead of bytes', /^SF-46: a pattern is asked of the bytes/, (view) => ({
    search: (pattern, options) =>
      view.search(
        typeof pattern === 'string'
          ? pattern
          : {
              ...pattern,
              find: (bytes) =>
                Math.min(bytes.length, pattern.find(Buffer.from(Buffer.from(bytes).toString()))),
            },
        options,
      ),
  })),
  matching(
    'counts offsets of patterns in UTF-16 units',
    /^SF-46: a pattern is asked of the bytes/,
    (match) => ({
      ...match,
      offset: Buffer.from(match.line.bytes).subarray(0, match.offset).toString().length,
    }),
  ),
  viewing('wants all the texts that a pattern requires', /^SF-46: texts that a pattern requires/, (view) => ({
    async *search(pattern, options) {
      for await (const match of view.search(pattern, options)) {
        const required = typeof pattern === 'string' ? [] : (pattern.required ?? []);
        if (required.every((text) => match.line.text.includes(text))) yield match;
      }
    },
  })),
  viewing('never folds what a pattern requires', /^SF-46: texts that a pattern requires/, (view) => ({
    async *search(pattern, options) {
      for await (const match of view.search(pattern, options)) {
        const required = typeof pattern === 'string' ? [] : (pattern.required ?? ['']);
        if (typeof pattern === 'string' || required.some((text) => match.line.text.includes(text)))
          yield match;
      }
    },
  })),
  matching('takes context across streams', ofItsStream, async (match, view) => {
    const all = [];
    for await (const stream of view.streams()) all.push(...(await toArray(view.lines(stream))));
    all.sort((a, b) => a.epoch - b.epoch || a.ordinal - b.ordinal);
    const { epoch, ordinal } = match.line;
    const place = all.findIndex((line) => line.epoch === epoch && line.ordinal === ordinal);
    const { before, after } = match;
    return {
      ...match,
      before: all.slice(Math.max(0, place - before.length), place),
      after: all.slice(place + 1, place + 1 + after.length),
    };
  }),
  matching('gives context from the nearest to the farthest', aroundIt, (match) => ({
    ...match,
    before: match.before.toReversed(),
  })),
  matching('gives the match itself as context', aroundIt, (match) => ({
    ...match,
    after: match.after.length === 0 ? [] : [match.line, ...match.after.slice(1)],
  })),
  viewing('keeps context within the range of the search', aroundIt, (view) => ({
    async *search(pattern, options = {}) {
      const { from = 1, to = Infinity } = options;
      const within = (lines: Match['before']) => lines.filter(({ number }) => number >= from && number <= to);
      for await (const match of view.search(pattern, options))
        yield { ...match, before: within(match.before), after: within(match.after) };
    },
  })),
  viewing('merges the context of matches that are close', aroundIt, (view) => ({
    async *search(pattern, options) {
      let last = 0;
      for await (const match of view.search(pattern, options)) {
        yield { ...match, before: match.before.filter(({ number }) => number > last) };
        last = match.after.at(-1)?.number ?? match.line.number;
      }
    },
  })),
  viewing('counts whatever the options say', narrowed, (view) => ({
    counts: (pattern) => view.counts(pattern),
  })),
  viewing('counts places instead of lines', /^SF-46: counts are of lines/, (view) => ({
    async *counts(pattern, options) {
      for await (const { stream, lines } of view.counts(pattern, options)) {
        let places = lines;
        for await (const { line } of view.search(pattern, { ...options, streams: [stream] }))
          places += line.text.split(String(pattern)).length - 2;
        yield { stream, lines: places };
      }
    },
  })),
  viewing('counts streams that have no match', /^SF-46: counts are of lines/, (view) => ({
    async *counts(pattern, options) {
      const counts = await toArray(view.counts(pattern, options));
      for await (const stream of view.streams())
        yield counts.find((count) => count.stream === stream) ?? { stream, lines: 0 };
    },
  })),
  viewing('searches beyond the range', narrowed, (view) => ({
    search: (pattern, { to: _, ...options } = {}) => view.search(pattern, options),
  })),
];
