import { setTimeout } from 'node:timers/promises';
import type { RecordingReader } from '@stepwell/core';

/** Milliseconds that lines gather before they are shown: nobody sees the delay, and a chatty run costs few snapshots. */
const gather = 20;

/** Milliseconds after which to look although nothing was committed: a recorder that was killed commits no end. */
const lookEvery = 1000;

/**
 * Runs `show` now, and again whenever something was committed, until it answers that there is no more to come.
 */
export async function follow(
  store: Pick<RecordingReader, 'onCommit'>,
  show: () => Promise<boolean>,
): Promise<void> {
  let woken = new AbortController();
  using _ = store.onCommit(() => woken.abort());
  for (;;) {
    // Before the look, so that a commit during it is not missed.
    woken = new AbortController();
    if (!(await show())) return;
    await setTimeout(lookEvery, undefined, { signal: woken.signal }).catch(() => undefined);
    await setTimeout(gather);
  }
}
