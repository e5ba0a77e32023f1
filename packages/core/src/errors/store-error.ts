import { type ErrorCode, retryableCodes } from './error-code.ts';

/** Two copies of this package in one process must recognise each other's errors; `instanceof` would not. */
const brand = Symbol.for('stepwell.StoreError');

/** What a {@link StoreError} may carry beside its code and message. */
export interface StoreErrorOptions {
  /** The error underneath, kept whole. */
  readonly cause?: unknown;
  /** Facts for programs: the holder of a lock, a path, an offset. JSON-serialisable. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * S11: the one error type that every package throws.
 *
 * @example
 * ```ts
 * import { StoreError, isStoreError } from '@stepwell/core';
 *
 * try {
 *   throw new StoreError('LOCKED', 'process 4711 is writing', { details: { pid: 4711 } });
 * } catch (error) {
 *   if (!isStoreError(error, 'LOCKED')) throw error;
 *   console.log(error.retryable, error.details);
 * }
 * ```
 */
export class StoreError extends Error {
  /** Stable; match on this. */
  readonly code: ErrorCode;
  /** Whether the same call may succeed when it is made again, unchanged. */
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: StoreErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'StoreError';
    this.code = code;
    this.retryable = retryableCodes.has(code);
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  /** JSON without the stack, for `--json` output and logs. */
  toJSON(): Record<string, unknown> {
    return {
      name: this.name,
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      details: this.details,
    };
  }
}

/** Whether `value` is a {@link StoreError} of any copy of this package, and of one of `codes` where some are given. */
export function isStoreError(value: unknown, ...codes: ErrorCode[]): value is StoreError {
  if (typeof value !== 'object' || value === null || !(brand in value)) return false;
  const { code } = value as unknown as StoreError;
  return codes.length === 0 || codes.includes(code);
}

/** `error` itself when it is typed already, else a {@link StoreError} of `code` that has it as its cause. */
export function toStoreError(error: unknown, code: ErrorCode, context: string): StoreError {
  if (isStoreError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError(code, `${context}: ${reason}`, { cause: error });
}
