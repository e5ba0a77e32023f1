import { checkText, describe, invalid } from '../validation/check-value.ts';
import type { WriteOptions } from './store.ts';
import { checkDurability } from './store-options.ts';

const known: ReadonlySet<string> = new Set(['durability', 'transactionId', 'signal']);

/** @throws `INVALID_ARGUMENT` for an option that does not exist or has no sensible value */
export function checkWriteOptions(options: WriteOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw invalid(`write options must be an object, not ${describe(options)}`);
  }
  const unknown = Object.keys(options).find((name) => !known.has(name));
  if (unknown !== undefined) throw invalid(`there is no write option ${JSON.stringify(unknown)}`);
  const { durability, transactionId, signal } = options;
  if (durability !== undefined) checkDurability(durability);
  if (transactionId !== undefined && checkText(transactionId, 'transactionId', 1024) === 0) {
    throw invalid('transactionId must not be empty');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalid(`signal must be an AbortSignal, not ${describe(signal)}`);
  }
}
