import { type LockHolder, type LockMode, StoreError } from '@stepwell/core';

/** What was asked for and not given. */
export interface Refused {
  readonly name: string;
  readonly directory: string;
  readonly mode: LockMode;
  readonly holder: LockHolder | undefined;
}

/** `LOCKED`: it is taken, and the caller would not wait. */
export function locked(refused: Refused): StoreError {
  return new StoreError('LOCKED', `${subject(refused)} is held by ${describe(refused.holder)}`, {
    details: facts(refused),
  });
}

/** `BUSY`: it stayed taken for as long as the caller would wait. */
export function busy(refused: Refused, waitedMs: number): StoreError {
  const message = `${subject(refused)} is still held, after a wait of ${waitedMs} ms, by ${describe(refused.holder)}`;
  return new StoreError('BUSY', message, { details: { ...facts(refused), waitedMs } });
}

/** `ABORTED`: the caller's signal fired first. */
export function aborted(name: string, signal: AbortSignal): StoreError {
  return new StoreError('ABORTED', `gave up waiting for the lock "${name}"`, {
    cause: signal.reason,
    details: { name },
  });
}

/** `NOT_OPEN`: the provider was closed before, or while waiting. */
export function closed(directory: string): StoreError {
  return new StoreError('NOT_OPEN', `the locks of ${directory} are closed`, { details: { directory } });
}

function subject({ name, directory }: Refused): string {
  return `the lock "${name}" in ${directory}`;
}

function facts({ name, directory, mode, holder }: Refused): Record<string, unknown> {
  return { name, directory, mode, ...(holder === undefined ? {} : { holder }) };
}

function describe(holder: LockHolder | undefined): string {
  if (holder === undefined) return 'another process, thread or handle';
  const { pid, host, since, purpose } = holder;
  // A hint from a file: a time that no date can show must not turn the refusal into a RangeError.
  const start = Number.isNaN(new Date(since).getTime()) ? '' : ` since ${new Date(since).toISOString()}`;
  return `process ${pid} on ${host}${start}${purpose === '' ? '' : ` (${purpose})`}`;
}
