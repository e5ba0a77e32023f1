import { StoreError } from '@stepwell/core';

/** @throws `ABORTED` when the signal has fired */
export function checkSignal(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw abortedBy(signal);
}

export function abortedBy(signal: AbortSignal): StoreError {
  return new StoreError('ABORTED', 'the call was aborted before it took effect', { cause: signal.reason });
}
