import { factQuery, matchesPattern, type Pin, type RecordOp, type RecordView } from '@stepwell/core';
import { pinning, viewing } from './breaking-views.ts';
import { type Broken, overlay } from './broken-driver.ts';

/** Mistakes in what readers see. */
export const brokenViews: readonly Broken<RecordView, RecordOp>[] = [
  viewing('shows every snapshot the newest state', /^S4: a snapshot shows the same/, (_, inner) => ({
    get: async (kind, id) => await (await inner.pin()).view.get(kind, id),
    async *list(kind, query) {
      yield* (await inner.pin()).view.list(kind, query);
    },
  })),
  {
    name: 'shows what is not committed yet',
    caughtBy: /^S4: a snapshot taken while a writer commits/,
    breaks: (inner, disk) => {
      let acknowledged = 0;
      return {
        open: async (context) => {
          const head = await inner.open(context);
          acknowledged = head.epoch;
          return head;
        },
        prepare: async (batches, meta) => {
          const before = disk.records;
          const prepared = await inner.prepare(batches, meta);
          await prepared.commit({});
          return {
            ...prepared,
            commit: async () => {
              await new Promise(setImmediate);
              acknowledged = meta.epoch;
            },
            rollback: async () => {
              disk.records = before;
            },
          };
        },
        pin: async () => {
          const pin = await inner.pin();
          return overlay(pin, { head: { ...pin.head, epoch: acknowledged } });
        },
      };
    },
  },
  pinning('says an epoch too few', /^S3: a new store stands at epoch 0|^S3: a refused batch/, (pin) => ({
    head: { ...pin.head, epoch: Math.max(0, pin.head.epoch - 1) },
  })),
  pinning(
    'goes on reading after close',
    /^S4: after close every call and every pull is SNAPSHOT_CLOSED/,
    () => ({
      release: async () => {},
    }),
  ),
  pinning('goes on reading after the deadline', /^S4: after its deadline/, () => ({ expire: () => {} })),
  {
    name: 'ends every snapshot with the first that ends',
    caughtBy: /^S4, SD-16/,
    breaks: (inner) => {
      const pins: Pin<RecordView>[] = [];
      return {
        pin: async () => {
          const pin = await inner.pin();
          pins.push(pin);
          return overlay(pin, {
            release: async () => {
              for (const one of pins) await one.release();
            },
          });
        },
      };
    },
  },
  viewing(
    'ends a list silently when its snapshot closes',
    /^S4: after close every call and every pull/,
    (view) => ({
      async *list(kind, query) {
        try {
          yield* view.list(kind, query);
        } catch (error) {
          if ((error as { code?: string }).code !== 'SNAPSHOT_CLOSED') throw error;
        }
      },
    }),
  ),
  viewing(
    'hands out one object again and again',
    /^S4: neither what was written nor what was read is shared/,
    (view) => {
      const cache = new Map<string, Promise<unknown>>();
      return {
        get: (kind, id) => {
          const key = `${kind} ${id}`;
          const known = cache.get(key) ?? view.get(kind, id);
          cache.set(key, known);
          return known as ReturnType<typeof view.get<typeof kind>>;
        },
      };
    },
  ),
  viewing('follows chains without telling facts apart', /^SD-19: any chain over any graph/, (view) => ({
    facts: (start = {}) =>
      factQuery(async function* (plan) {
        let found = await view.facts(plan.start).all();
        for (const hop of plan.hops) {
          const all = await view.facts().all();
          if (hop.type === 'where') found = found.filter((fact) => matchesPattern(fact, hop.pattern));
          else {
            const reverse = hop.type === 'follow-reverse';
            found = found.flatMap((fact) =>
              all.filter(
                (next) =>
                  next.predicate === hop.predicate && (reverse ? next.object : next.subject) === fact.object,
              ),
            );
          }
        }
        yield* found.slice(0, plan.limit);
      }, start),
  })),
];
