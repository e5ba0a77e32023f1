/*
 * What a driver must do that several writers share (S5), for those whose driver does not yet: a failed comparison of two
 * numbers does not tell them.
 */

/** When a writer does not show what another one committed. */
export const mustPinWhatIsStored =
  'a shared writer must show what the other one committed: `pin` looks at what is stored now, also by other handles, not at what this driver remembers';

/** When a commit does not follow the last one of another writer. */
export const mustRefreshFromWhatIsStored =
  'a commit of a shared writer must follow those of the other one: core calls `refresh` whenever it has won the lock, and it answers the head that is stored now, and prepares the next commit from there';
