import { checkBoolean, checkOneOf } from '../validation/check-value.ts';
import { type LogLevel, type LogSource, logLevels, logSources } from './log-line.ts';

/** What lines mostly have in common. There is one object for each that there can be, so they can be compared by `===`. */
export interface LineKind {
  readonly level: LogLevel;
  readonly source: LogSource;
  readonly terminated: boolean;
}

/** By level, source and `terminated`, whatever somebody gave for them: maps neither coerce nor look at a prototype. */
const kinds: ReadonlyMap<unknown, ReadonlyMap<unknown, ReadonlyMap<unknown, LineKind>>> = new Map(
  logLevels.map((level) => [
    level,
    new Map(
      logSources.map((source) => [
        source,
        new Map(
          [true, false].map((terminated) => [terminated, Object.freeze({ level, source, terminated })]),
        ),
      ]),
    ),
  ]),
);

/** @throws `INVALID_ARGUMENT`, naming the field */
export function lineKind(level: unknown, source: unknown, terminated: unknown): LineKind {
  const kind = kinds.get(level)?.get(source)?.get(terminated);
  if (kind !== undefined) return kind;
  checkOneOf(level, logLevels, 'level');
  checkOneOf(source, logSources, 'source');
  checkBoolean(terminated, 'terminated');
  throw new TypeError('one of them was refused');
}

/** The kind of a line that is said nothing about. */
export const plainKind: LineKind = lineKind('info', 'log', true);
