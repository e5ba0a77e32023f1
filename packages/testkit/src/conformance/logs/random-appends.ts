import { appendLines, type LogOp, logLevels, logSources } from '@stepwell/core';
import fc from 'fast-check';

const anyLine = fc.record({
  content: fc.oneof(fc.uint8Array({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 6 })),
  // Rising or not: the reference and the backend must answer alike.
  at: fc.integer({ min: 0, max: 20 }),
  level: fc.constantFrom(...logLevels),
  source: fc.constantFrom(...logSources),
  terminated: fc.boolean(),
});

const anyAppend = fc
  .tuple(fc.constantFrom('a', 'A', 'b/../c', '__proto__'), fc.array(anyLine, { maxLength: 5 }))
  .map(([stream, lines]) => appendLines(stream, lines));

/** Appends to few streams, so that each of them grows. */
export const anyLogBatch: fc.Arbitrary<LogOp[]> = fc.array(anyAppend, { minLength: 1, maxLength: 4 });
