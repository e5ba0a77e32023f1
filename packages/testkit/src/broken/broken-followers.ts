import type { LogOp, LogView, Pin } from '@stepwell/core';
import { type Broken, overlay } from './broken-driver.ts';

/** Breaks how a pin of logs is brought to the epoch of its leader. */
function clamping(
  name: string,
  caughtBy: RegExp,
  clamp: (pin: Pin<LogView>, epoch: number) => void,
): Broken<LogView, LogOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      pin: async () => {
        const pin = await inner.pin();
        return overlay(pin, { clamp: (epoch) => clamp(pin, epoch) });
      },
    }),
  };
}

const everyMoment = /^S4: a snapshot taken at every moment of a commit|^S4: a finished step never lacks/;

/** Mistakes of a log backend that only show beside its leader. */
export const brokenFollowers: readonly Broken<LogView, LogOp>[] = [
  clamping('shows the state of when it was pinned', everyMoment, () => {}),
  clamping('shows lines of the commit in progress', everyMoment, (pin, epoch) => pin.clamp?.(epoch + 1)),
  {
    name: 'publishes lines only after their commit',
    caughtBy: everyMoment,
    breaks: (inner, disk) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        return {
          ...prepared,
          commit: async (seal) => {
            await new Promise(setImmediate);
            await prepared.commit(seal);
          },
        };
      },
      pin: async () => {
        const pin = await inner.pin();
        return overlay(pin, {
          clamp: (epoch) => {
            const { appended } = disk;
            disk.appended = undefined;
            pin.clamp?.(epoch);
            disk.appended = appended;
          },
        });
      },
    }),
  },
  {
    name: 'keeps the lines of a commit that its leader gave up',
    caughtBy: /^S1: a commit that fails between the two sides/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        return { ...prepared, rollback: async () => await prepared.commit({}) };
      },
      refresh: async () => await inner.refresh(),
      open: async ({ leader: _, ...context }) => await inner.open(context),
    }),
  },
  {
    name: 'answers with numbers of its own',
    caughtBy: /^S1: results come in the order of the ops/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        const verdicts = prepared.verdicts.map((verdict) =>
          verdict.state === 'ready' ? { ...verdict, results: verdict.results.toReversed() } : verdict,
        );
        return { ...prepared, verdicts };
      },
    }),
  },
];
