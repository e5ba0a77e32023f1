import type { Batch, RecordOp, RecordView, Verdict } from '@stepwell/core';
import type { RecordState } from '../memory/record-state.ts';
import type { Broken } from './broken-driver.ts';

/** Mistakes in what a commit does. */
export const brokenCommits: readonly Broken<RecordView, RecordOp>[] = [
  {
    name: 'loses the last write when it is closed',
    caughtBy: /^S2: the very last write/,
    breaks: (inner, disk) => {
      let before: RecordState | undefined;
      return {
        prepare: async (batches, meta) => {
          before = disk.records;
          return await inner.prepare(batches, meta);
        },
        close: async () => {
          disk.records = before ?? disk.records;
          await inner.close();
        },
      };
    },
  },
  {
    name: 'keeps the good ops of a bad batch',
    caughtBy: /^S1: one bad op/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const torn = batches.flatMap(({ ops }) => ops.map((op): Batch<RecordOp> => ({ ops: [op] })));
        const prepared = await inner.prepare(torn, meta);
        await prepared.commit({});
        const unread = [...prepared.verdicts];
        const verdicts = batches.map(({ ops }): Verdict => {
          const bad = unread.splice(0, ops.length).find(({ state }) => state === 'rejected');
          return bad ?? { state: 'ready', results: ops.map(() => undefined) };
        });
        return { verdicts, commit: async () => {}, rollback: async () => {} };
      },
    }),
  },
  {
    name: 'refuses the neighbours of a bad batch',
    caughtBy: /^S1: the neighbours of a bad batch/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        const bad = prepared.verdicts.find(({ state }) => state === 'rejected');
        return bad === undefined ? prepared : { ...prepared, verdicts: batches.map(() => bad) };
      },
    }),
  },
  {
    name: 'swallows the error of a bad batch',
    caughtBy: /CONSTRAINT|S1: one bad op/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        const verdicts = prepared.verdicts.map((verdict, place): Verdict => {
          if (verdict.state !== 'rejected') return verdict;
          return { state: 'ready', results: (batches[place]?.ops ?? []).map(() => undefined) };
        });
        return { ...prepared, verdicts };
      },
    }),
  },
  {
    name: 'answers without results',
    caughtBy: /^S3: a new store stands at epoch 0/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        const verdicts = prepared.verdicts.map(
          (verdict): Verdict => (verdict.state === 'ready' ? { state: 'ready', results: [] } : verdict),
        );
        return { ...prepared, verdicts };
      },
    }),
  },
  {
    name: 'commits what is rolled back',
    caughtBy: /^S11: after a group that failed as a whole|^S3: a refused batch/,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const prepared = await inner.prepare(batches, meta);
        return { ...prepared, rollback: async () => await prepared.commit({}) };
      },
    }),
  },
  {
    name: 'skips an epoch when it is opened',
    caughtBy: /^S3: the epoch goes on where it was/,
    breaks: (inner, disk) => ({
      open: async (context) => {
        const head = await inner.open(context);
        if (disk.records !== undefined && head.epoch > 0) {
          disk.records = { ...disk.records, head: { ...head, epoch: head.epoch + 1 } };
        }
        return disk.records?.head ?? head;
      },
    }),
  },
  {
    name: 'applies a transaction id twice',
    caughtBy: /^S8: a batch that comes again is applied once/,
    breaks: (inner) => ({
      prepare: async (batches, meta) =>
        await inner.prepare(
          batches.map(({ ops }) => ({ ops })),
          meta,
        ),
    }),
  },
  {
    name: 'forgets transaction ids when it is opened',
    caughtBy: /^S8: it is applied once across reopens/,
    breaks: (inner, disk) => ({
      open: async (context) => {
        const head = await inner.open(context);
        for (const [id] of disk.records?.applied.entries() ?? []) {
          if (disk.records !== undefined)
            disk.records = { ...disk.records, applied: disk.records.applied.delete(id) };
        }
        return head;
      },
    }),
  },
  {
    name: 'remembers the transaction id of a refused batch',
    caughtBy: /^S8: a refused batch leaves its id free/,
    breaks: (inner) => {
      const refused = new Set<string>();
      return {
        prepare: async (batches, meta) => {
          const prepared = await inner.prepare(batches, meta);
          const verdicts = prepared.verdicts.map((verdict, place): Verdict => {
            const id = batches[place]?.transactionId ?? '';
            if (refused.has(id)) return { state: 'duplicate', epoch: meta.epoch - 1 };
            if (verdict.state === 'rejected' && id !== '') refused.add(id);
            return verdict;
          });
          return { ...prepared, verdicts };
        },
      };
    },
  },
  {
    name: 'takes transaction ids by their lower case',
    caughtBy: /^S8: ids differ by every character/,
    breaks: (inner) => ({
      prepare: async (batches, meta) =>
        await inner.prepare(
          batches.map(({ ops, transactionId: id }) =>
            id === undefined ? { ops } : { ops, transactionId: id.toLowerCase() },
          ),
          meta,
        ),
    }),
  },
];
