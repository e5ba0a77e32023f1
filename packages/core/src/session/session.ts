/** S7: a kernel-held lock that says that this process lives. Executions name the session that records them. */
export interface Session {
  /** Never used again once it has ended. */
  readonly id: string;
}

/** The lock behind a session. */
export function sessionLockName(id: string): string {
  return `session-${id}`;
}
