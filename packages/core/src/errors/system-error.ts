import type { ErrorCode } from './error-code.ts';
import { isStoreError, StoreError } from './store-error.ts';

/** What each errno of Node's file functions means to a store. Anything else is `IO`. */
const codeOf: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'NO_SPACE',
  EDQUOT: 'NO_SPACE',
  EFBIG: 'NO_SPACE',
  EROFS: 'READ_ONLY',
  EACCES: 'READ_ONLY',
  EPERM: 'READ_ONLY',
};

/**
 * A failed system call as a {@link StoreError} that names the path and what was being done. `reading: true` keeps
 * refused permissions as `IO`, since a file that cannot be read is not made readable by opening read-only.
 */
export function fromSystemError(
  error: unknown,
  doing: string,
  options: { readonly reading?: boolean } = {},
): StoreError {
  if (isStoreError(error)) return error;
  const { code: errno = 'unknown', path, syscall } = error as NodeJS.ErrnoException;
  const mapped = codeOf[errno] ?? 'IO';
  const code = options.reading === true && mapped === 'READ_ONLY' ? 'IO' : mapped;
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreError(code, `${doing}: ${reason}`, { cause: error, details: { errno, path, syscall } });
}
