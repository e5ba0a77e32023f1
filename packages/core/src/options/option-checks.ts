import { checkText, describe, invalid } from '../validation/check-value.ts';
import type { OptionCheck } from './option-shape.ts';

/** Longest time that a timer can count, 24.8 days; one that is longer would end at once. */
const maxTimer = 0x7fffffff;

function refuse(path: string, must: string, value: unknown): never {
  throw invalid(`${path} must be ${must}, not ${describe(value)}`, { option: path });
}

/** A time that a timer can count, in milliseconds: 0 to 2³¹ − 1, which are 24.8 days. */
export const milliseconds: OptionCheck<number> = (value, path) => {
  if (typeof value === 'number' && value >= 0 && value <= maxTimer) return value;
  return refuse(path, `a number of milliseconds from 0 to ${maxTimer}`, value);
};

/** A whole number that is not too large to be exact. */
export function wholeFrom(min: number): OptionCheck<number> {
  return (value, path) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min) return value;
    return refuse(path, `a whole number from ${min} up`, value);
  };
}

export const flag: OptionCheck<boolean> = (value, path) =>
  typeof value === 'boolean' ? value : refuse(path, 'true or false', value);

export function oneOf<const Value extends string>(...allowed: readonly Value[]): OptionCheck<Value> {
  return (value, path) =>
    allowed.find((one) => one === value) ?? refuse(path, `one of ${allowed.join(', ')}`, value);
}

/** Text of any length. */
export const text: OptionCheck<string> = (value, path) =>
  typeof value === 'string' ? value : refuse(path, 'text', value);

/** The path of a file or a directory: text that a file system can take. */
export const filePath: OptionCheck<string> = (value, path) => {
  if (typeof value !== 'string' || value === '') return refuse(path, 'a path', value);
  if (value.includes('\0')) return refuse(path, 'a path without a NUL character', value);
  // It would become a replacement character, and two paths one.
  if (!value.isWellFormed()) return refuse(path, 'a path without lone surrogates', value);
  return value;
};

/** An array, each item of which passes `check`. */
export function listOf<Item>(check: OptionCheck<Item>): OptionCheck<readonly Item[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return refuse(path, 'an array', value);
    return Array.from(value, (item: unknown, index) => check(item, `${path}[${index}]`));
  };
}

/** Text of 1 to 1,024 characters that can be written down as it is. */
export const shortText: OptionCheck<string> = (value, path) => {
  if (typeof value !== 'string' || value === '') return refuse(path, 'text', value);
  checkText(value, path, 1024);
  return value;
};

/** A function. What it takes and answers shows when it is called. */
export function callback<Call>(value: unknown, path: string): Call {
  if (typeof value !== 'function') return refuse(path, 'a function', value);
  return value as Call;
}

/** The latest time of a `Date`, in milliseconds since the Unix epoch. */
const latestTime = 8.64e15;

/**
 * A clock, milliseconds since the Unix epoch: one that gives fractions is taken at the whole millisecond, since records
 * hold no fractions. What gives no time is refused when it is asked.
 */
export const clock: OptionCheck<() => number> = (value, path) => {
  const now = callback<() => unknown>(value, path);
  return () => {
    const time = ask(now, path);
    if (typeof time === 'number' && time >= 0 && time <= latestTime) return Math.floor(time) + 0;
    throw invalid(`${path} must give a time in milliseconds from 0 to ${latestTime}, not ${describe(time)}`, {
      option: path,
    });
  };
};

/** @throws `INVALID_ARGUMENT` with what the clock throws as its cause: it is its owner's mistake, and no fault of a disk */
function ask(clock: () => unknown, path: string): unknown {
  try {
    return clock();
  } catch (error) {
    throw invalid(`${path} must give a time, and failed`, { option: path }, error);
  }
}

/** An object with these methods, of whatever class. */
export function having<Thing>(...methods: readonly (keyof Thing & string)[]): OptionCheck<Thing> {
  return (value, path) => {
    const thing = value as Record<string, unknown> | null | undefined;
    if (methods.every((method) => typeof thing?.[method] === 'function')) return value as Thing;
    return refuse(path, `an object with ${methods.join(', ')}`, value);
  };
}

/** A signal. One of another realm will do, hence no `instanceof`. */
export const abortSignal: OptionCheck<AbortSignal> = (value, path) => {
  const signal = value as Partial<AbortSignal> | null | undefined;
  if (typeof signal?.aborted === 'boolean' && typeof signal.addEventListener === 'function')
    return value as AbortSignal;
  return refuse(path, 'an AbortSignal', value);
};
