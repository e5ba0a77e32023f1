import { type RecordOp, type RecordView, toArray } from '@stepwell/core';
import { viewing } from './breaking-views.ts';
import type { Broken } from './broken-driver.ts';

/** Mistakes in what is asked, and in the order and the pages of the answer. */
export const brokenLists: readonly Broken<RecordView, RecordOp>[] = [
  viewing('lists in the wrong order', /^SF-44: any query lists what/, (view) => ({
    async *list(kind, query) {
      yield* (await toArray(view.list(kind, query))).reverse();
    },
  })),
  viewing('orders ids by their UTF-16 units', /^SF-44: executions come newest first/, (view) => ({
    async *list(kind, query) {
      const records = await toArray(view.list(kind, query));
      if (query?.name === 'tied') records.sort((a, b) => (a.id < b.id ? -1 : 1));
      yield* records;
    },
  })),
  viewing('lists one more than the limit', /^SF-44: any query lists what/, (view) => ({
    list: (kind, query) =>
      view.list(kind, query?.limit === undefined ? query : { ...query, limit: query.limit + 1 }),
  })),
  viewing('counts without the filter', /^SF-44: a count is the length of the list/, (view) => ({
    count: async (kind) => await view.count(kind),
  })),
  viewing('takes any limit', /^SF-44: queries that mean nothing/, (view) => ({
    list: (kind, query) =>
      view.list(kind, query?.limit === undefined ? query : { ...query, limit: Math.abs(query.limit) || 1 }),
  })),
  viewing('pages from the start again', /^SF-44: the pages of any size/, (view) => {
    let pages = 0;
    return {
      list: (kind, query = {}) => {
        const { after, ...rest } = query;
        // Never ends by itself, so it gives up after a while.
        return after === undefined || pages++ > 50 ? view.list(kind, query) : view.list(kind, rest);
      },
    };
  }),
  viewing('pages by the time alone', /^SF-44: the pages of any size/, (view) => ({
    list: (kind, query = {}) => {
      const { after } = query;
      if (after === undefined || 'index' in after) return view.list(kind, query);
      const id = query.order === 'oldest' ? '\u{10ffff}' : '';
      return view.list(kind, { ...query, after: { id, createdAt: after.createdAt } });
    },
  })),
  viewing('forgets a range of time on later pages', /^SF-44: any query lists what/, (view) => ({
    list: (kind, query = {}) => {
      const { createdFrom, createdBefore, ...rest } = query;
      return view.list(kind, query.after === undefined ? query : rest);
    },
  })),
  viewing('pages by counting from the start', /^SF-44: each page holds what lies beyond/, (view) => ({
    async *list(kind, query = {}) {
      const { after, limit, ...rest } = query;
      const all = await toArray(view.list(kind, rest));
      const place = all.findIndex(({ id }) => id === after?.id);
      yield* all.slice(place + 1).slice(0, limit);
    },
  })),
  viewing('takes what is no query for a query of everything', /^S11: what is no query/, (view) => ({
    list: (kind, query) => view.list(kind, { ...(query as object) }),
    count: async (kind, filter) => await view.count(kind, { ...(filter as object) }),
  })),
  viewing('cuts ids at NUL', /^S11: what is no text/, (view) => ({
    get: async (kind, id) =>
      await view.get(kind, typeof id === 'string' ? (id.split('\0')[0] as string) : id),
  })),
  viewing('reads the query when it answers', /^S4: a list is what was asked/, (view) => ({
    async *list(kind, query) {
      yield* view.list(kind, query);
    },
  })),
  viewing('takes any number of a record for its place', /^SF-44: of a record that is given/, (view) => ({
    list: (kind, query = {}) => {
      const { after } = query;
      if (after === undefined || kind === 'step' || !('index' in after)) return view.list(kind, query);
      return view.list(kind, { ...query, after: { id: after.id, createdAt: after.index } });
    },
  })),
  viewing('knows no more than 32,766 parameters', /^SF-44: 50,000 ids|^S10: a filter of 40,000/, (view) => ({
    count: async (kind, filter) =>
      await view.count(
        kind,
        filter?.ids === undefined ? filter : { ...filter, ids: filter.ids.slice(0, 32_766) },
      ),
    list: (kind, query) =>
      view.list(kind, query?.ids === undefined ? query : { ...query, ids: query.ids.slice(-32_766) }),
  })),
];
