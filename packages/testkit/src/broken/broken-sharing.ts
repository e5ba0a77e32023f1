import { memoryLocks, type RecordOp, type RecordView } from '@stepwell/core';
import type { Broken } from './broken-driver.ts';

/** Mistakes between handles: writers, readers and maintenance. */
export const brokenSharing: readonly Broken<RecordView, RecordOp>[] = [
  {
    name: 'lets anybody write',
    caughtBy: /^S5: the second writer gets LOCKED/,
    breaks: () => ({ locks: memoryLocks() }),
  },
  {
    name: 'makes a store for a reader',
    caughtBy: /^S6: a reader of a place where nothing is gets NOT_FOUND/,
    breaks: (inner) => ({ open: async (context) => await inner.open({ ...context, mode: 'write' }) }),
  },
  {
    name: 'shows a reader what there was when it came',
    caughtBy: /^S6: a reader sees what the writer committed/,
    breaks: (inner, disk) => {
      let frozen: typeof disk.records;
      return {
        open: async (context) => {
          const head = await inner.open(context);
          if (context.mode === 'read') frozen = disk.records;
          return head;
        },
        pin: async () => {
          const now = disk.records;
          disk.records = frozen ?? now;
          try {
            return await inner.pin();
          } finally {
            disk.records = now;
          }
        },
      };
    },
  },
  {
    name: 'does not look what other writers committed',
    caughtBy: /^S5: shared writers take turns/,
    breaks: (inner) => {
      const heads: Awaited<ReturnType<typeof inner.refresh>>[] = [];
      return {
        refresh: async () => {
          heads.push(await inner.refresh());
          return heads[0] ?? (await inner.refresh());
        },
      };
    },
  },
  {
    name: 'loses facts to its own maintenance',
    caughtBy: /^S9: maintenance changes nothing/,
    breaks: (inner, disk) => ({
      maintenance: {
        ...inner.maintenance,
        compact: async () => {
          if (disk.records !== undefined)
            disk.records = { ...disk.records, step: disk.records.step.delete('s1') };
          return { performed: true, measures: [], problems: [] };
        },
      },
    }),
  },
  {
    name: 'does nothing in maintenance and does not say so',
    caughtBy: /^S9: maintenance changes nothing/,
    breaks: (inner) => ({
      maintenance: {
        ...inner.maintenance,
        compact: async () => ({ performed: false, measures: [], problems: [] }),
      },
    }),
  },
];
