import { StoreError } from '@stepwell/core';

/** S7: real damage, with the exact place. */
export function corrupt(file: string, offset: number, what: string, cause?: unknown): StoreError {
  return new StoreError('CORRUPT', `${file}: ${what}, at byte ${offset}`, {
    cause,
    details: { file, offset },
  });
}
