import {
  abortSignal,
  checkOptions,
  type LockRequest,
  type OptionShape,
  oneOf,
  StoreError,
  text,
} from '@stepwell/core';

const requestShape: OptionShape<LockRequest> = {
  mode: oneOf('exclusive', 'shared'),
  wait,
  signal: abortSignal,
  purpose: text,
};

/** The request as it was given, checked for callers without types. @throws `INVALID_ARGUMENT`, naming the option */
export function checkRequest(request: LockRequest): LockRequest {
  // Nothing at all lacks the mode like an empty request does.
  const checked = checkOptions<LockRequest>(request ?? {}, requestShape, 'request');
  if (checked.mode !== undefined) return checked;
  throw refused('request.mode', 'a lock is taken "exclusive" or "shared": say which as request.mode');
}

/** No timer counts it as a whole, so it may be of any length, without end too. */
function wait(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0) return value;
  throw refused(path, `${path} must be a number of milliseconds from 0 up, not ${String(value)}`);
}

function refused(option: string, message: string): StoreError {
  return new StoreError('INVALID_ARGUMENT', message, { details: { option } });
}
