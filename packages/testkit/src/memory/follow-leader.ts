import type { LeaderState } from '@stepwell/core';
import { cutStream, emptyStream, type LogState } from './log-state.ts';

/**
 * Brings logs to where their leader stands (S1, S7): what is above the leader's epoch never happened, and what the
 * leader knows of and is not here was lost, which readers must be told.
 */
export async function followLeader(state: LogState, leader: LeaderState): Promise<LogState> {
  let { streams, head } = state;
  if (head.epoch > leader.epoch) {
    for (const [name, stream] of state.streams.entries()) {
      const cut = cutStream(stream, leader.epoch);
      streams = cut.last === 0 ? streams.delete(name) : streams.set(name, cut);
    }
    head = { ...head, epoch: leader.epoch };
  }
  if (head.epoch < leader.mark) {
    for (const [name, last] of Object.entries(await leader.extents(head.epoch))) {
      const stream = streams.get(name) ?? emptyStream();
      if (stream.last >= last) continue;
      const lost = [...stream.lost, { from: stream.last + 1, to: last }];
      streams = streams.set(name, { ...stream, last, lost });
    }
    head = { ...head, epoch: leader.mark };
  }
  return { head, streams };
}
