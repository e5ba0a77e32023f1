import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LockProvider } from '@stepwell/core';
import { namesIn } from '../files/names-in.ts';
import type { Layout } from '../layout.ts';
import { draftLockName, draftLocks, sessionOfDraft } from './draft-session.ts';

/** Deletes the drafts that dead processes left, and their locks; nothing with `dryRun`. @returns how many drafts there were */
export async function collectDrafts(layout: Layout, locks: LockProvider, dryRun: boolean): Promise<number> {
  const isDead = new Map<string, boolean>();
  let deleted = 0;
  for (const file of await namesIn(layout.drafts)) {
    const session = sessionOfDraft(file);
    if (session === undefined) continue;
    const dead = isDead.get(session) ?? !(await locks.isHeld(draftLockName(session)));
    isDead.set(session, dead);
    if (!dead) continue;
    if (!dryRun) await rm(join(layout.drafts, file), { force: true });
    deleted += 1;
  }
  if (dryRun) return deleted;
  // Those of the living stay: a lock that is held is not removed.
  for (const name of await draftLocks(locks)) await locks.remove(name);
  return deleted;
}
