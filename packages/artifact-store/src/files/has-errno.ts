/** Whether a system call failed with one of these errnos. */
export function hasErrno(error: unknown, ...errnos: readonly string[]): boolean {
  return errnos.includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');
}
