import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fromSystemError, makeDirectory as makeMissing } from '@stepwell/core';

/** Makes `directory` and what is missing above it, so that it survives a power cut: its entry in its parent is synced. */
export function makeDirectory(directory: string): void {
  try {
    const first = makeMissing(directory);
    if (first === undefined) return;
    const top = dirname(first);
    for (let made = resolve(directory); made !== top; made = dirname(made)) syncDirectory(dirname(made));
  } catch (error) {
    throw fromSystemError(error, `could not make the directory ${directory}`);
  }
}

/** Makes the names in `directory` survive a power cut. */
export function syncDirectory(directory: string): void {
  // Windows has no such call, and needs none.
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
