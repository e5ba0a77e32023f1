import { StoreError } from '@stepwell/core';
import { type ArmedCrash, crashAt } from './crash-at.ts';

/** The variables that {@link armFromEnvironment} reads, for the parent that sets them. */
export function crashEnvironment(point: string, mode: 'throw' | 'kill', hit = 1): Record<string, string> {
  return { STEPWELL_CRASH_AT: `${point}:${hit}`, STEPWELL_CRASH_MODE: mode };
}

/**
 * Arms what the parent process asks for: `STEPWELL_CRASH_AT=<point>[:<hit>]`, `STEPWELL_CRASH_MODE=kill|throw`
 * (default `kill`). Call it first in a child script; `undefined` when nothing is asked.
 * @param declared the names that exist; any other is refused
 * @throws `INVALID_ARGUMENT`
 */
export function armFromEnvironment(
  declared?: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ArmedCrash | undefined {
  const { STEPWELL_CRASH_AT: at, STEPWELL_CRASH_MODE: mode = 'kill' } = environment;
  if (at === undefined || at === '') return undefined;
  if (mode !== 'kill' && mode !== 'throw') {
    throw new StoreError(
      'INVALID_ARGUMENT',
      `STEPWELL_CRASH_MODE must be kill or throw, not ${JSON.stringify(mode)}`,
    );
  }
  // Names hold colons themselves; only digits at the end are a count.
  const [, point = at, hit = '1'] = /^(.+?)(?::(\d+))?$/.exec(at) ?? [];
  return crashAt(point, { mode, hit: Number(hit), ...(declared !== undefined && { declared }) });
}
