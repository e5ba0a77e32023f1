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

/** Paths that lead nowhere, whatever the disk does: trying again never helps, naming another one does. */
const wrongPaths: Readonly<Record<string, string>> = {
  ENOTDIR: 'a file is in the way',
  ELOOP: 'its links lead in a circle',
};

/**
 * A failed system call as a {@link StoreError} that names the path and what was being done. `reading: true` keeps
 * refused permissions as `IO`, since a file that cannot be read is not made readable by opening read-only. `path` is told
 * where the system does not: it knows none of a call by descriptor.
 *
 * A path that cannot be, since a file is where a directory would have to be or its links lead in a circle, is
 * `INVALID_ARGUMENT`.
 */
export function fromSystemError(
  error: unknown,
  doing: string,
  options: { readonly reading?: boolean; readonly path?: string } = {},
): StoreError {
  if (isStoreError(error)) return error;
  const { code: errno = 'unknown', path = options.path, syscall } = error as NodeJS.ErrnoException;
  const details = { errno, path, syscall };
  const reason = error instanceof Error ? error.message : String(error);
  const wrongPath = wrongPathOf(errno, syscall);
  if (wrongPath !== undefined) {
    return new StoreError('INVALID_ARGUMENT', `${doing}: ${wrongPath} (${reason})`, {
      cause: error,
      details,
    });
  }
  const mapped = codeOf[errno] ?? 'IO';
  const code = options.reading === true && mapped === 'READ_ONLY' ? 'IO' : mapped;
  return new StoreError(code, `${doing}: ${reason}`, { cause: error, details });
}

function wrongPathOf(errno: string, syscall: string | undefined): string | undefined {
  // Whoever makes a directory takes one that is there already: what exists in its place is something else.
  return wrongPaths[errno === 'EEXIST' && syscall === 'mkdir' ? 'ENOTDIR' : errno];
}
