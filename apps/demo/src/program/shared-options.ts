import { Argument, InvalidArgumentError, Option } from 'commander';
import { resolveStorePath } from '../store-path/resolve-store-path.ts';
import { surroundings } from '../store-path/surroundings.ts';

/** `--store`, the same in every command. */
export function storeOption(): Option {
  return new Option('--store <dir>', 'directory of the store').argParser(notEmpty);
}

/** Which run is meant. */
export function runArgument(): Argument {
  return new Argument('<run>', '`latest`, an id, or at least 4 characters of its beginning or end');
}

/** The absolute path of the store. */
export function storePath(option: string | undefined): string {
  return resolveStorePath(option, surroundings());
}

export function notEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return value;
}

/** Gathers an option that may be given several times. */
export function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), notEmpty(value)];
}

export function wholeNumber(value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}

export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!/^\d{1,15}$/.test(value) || number < 1)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return number;
}
