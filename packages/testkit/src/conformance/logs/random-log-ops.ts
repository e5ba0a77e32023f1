import { appendLines, type LogOp, logLevels, logSources, pruneLines } from '@stepwell/core';
import fc from 'fast-check';

const anyLine = fc.record({
  content: fc.oneof(fc.uint8Array({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 })),
  // Rising or not: the reference and the backend must answer alike.
  at: fc.integer({ min: 0, max: 20 }),
  level: fc.constantFrom(...logLevels),
  source: fc.constantFrom(...logSources),
  terminated: fc.boolean(),
});

const anyStream = fc.constantFrom('a', 'A', 'b/../c', '__proto__');

const anyAppend = fc
  .tuple(anyStream, fc.array(anyLine, { maxLength: 5 }))
  .map(([stream, lines]) => appendLines(stream, lines));

const anyPrune = fc
  .tuple(anyStream, fc.option(fc.nat(20), { nil: undefined, freq: 4 }))
  .map(([stream, through]) => pruneLines(stream, through));

/** Appends to few streams, so that each of them grows, and a prune now and then. */
export const anyLogBatch: fc.Arbitrary<LogOp[]> = fc.array(
  fc.oneof({ weight: 6, arbitrary: anyAppend }, anyPrune),
  { minLength: 1, maxLength: 4 },
);
