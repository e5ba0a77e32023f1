import { StoreError } from '@stepwell/core';

/** A misspelt crash point would never fire, and its test would prove nothing (SD-41). */
export function checkPointName(point: string, declared: readonly string[] | undefined): void {
  if (point === '') throw new StoreError('INVALID_ARGUMENT', 'a crash point has a name');
  if (declared === undefined || declared.includes(point)) return;
  throw new StoreError(
    'INVALID_ARGUMENT',
    `no such crash point: ${point}; declared are ${declared.join(', ')}`,
  );
}
