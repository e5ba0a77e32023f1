import { checkText, describe, invalid, quote } from '../validation/check-value.ts';
import { unreadable } from '../validation/copy-json.ts';
import type { WriteOptions } from './store.ts';
import { checkDurability } from './store-options.ts';

const known: ReadonlySet<string> = new Set(['durability', 'transactionId', 'signal']);

/**
 * The options as they were when they were given, each read once.
 * @throws `INVALID_ARGUMENT` for an option that does not exist or has no sensible value, or what cannot be read
 */
export function checkWriteOptions(options: WriteOptions): WriteOptions {
  try {
    return check(options);
  } catch (error) {
    throw unreadable(error);
  }
}

function check(options: WriteOptions): WriteOptions {
  if (typeof options !== 'object' || options === null) {
    throw invalid(`write options must be an object, not ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(`there is no write option ${quote(unknown)}`);
  const { durability, transactionId, signal } = options;
  if (durability !== undefined) checkDurability(durability);
  if (transactionId !== undefined && checkText(transactionId, 'transactionId', 1024) === 0) {
    throw invalid('transactionId must not be empty');
  }
  // Asked here already, where what it throws is caught.
  if (signal !== undefined && !(signal instanceof AbortSignal && typeof signal.aborted === 'boolean')) {
    throw invalid(`signal must be an AbortSignal, not ${describe(signal)}`);
  }
  return { durability, transactionId, signal } as WriteOptions;
}
