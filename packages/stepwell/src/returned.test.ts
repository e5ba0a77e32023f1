import { once } from 'node:events';
import { Readable } from 'node:stream';
import { makeWorkspace } from '@stepwell/testkit';
import { expect, test } from 'vitest';
import { appendLines, open, type Stepwell, tail } from './index.ts';

const followed: [string, (stepwell: Stepwell, since: string) => AsyncIterable<unknown>][] = [
  ['tail', ({ store }) => tail(store, 'a')],
  ['changes', ({ store }, since) => store.changes({ since })],
];

test.each(followed)(
  'S10: %s that waits is ended by return at once, and so by the stream it is read as',
  async (_, follow) => {
    await using workspace = await makeWorkspace('returned');
    await using stepwell = await open(workspace.within('store'));
    const since = await stepwell.store.withSnapshot(({ cursor }) => cursor);
    await stepwell.store.write([appendLines('a', ['1'])]);
    const iterator = follow(stepwell, since)[Symbol.asyncIterator]();
    expect((await iterator.next()).done).toBe(false);
    const pending = iterator.next();
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await pending).toEqual({ done: true, value: undefined });
    expect((await iterator.next()).done).toBe(true);

    const stream = Readable.from(follow(stepwell, since));
    await once(stream, 'data');
    stream.destroy();
    await once(stream, 'close');
  },
);

test('S11: tail of what is no store is refused within the call', () => {
  for (const reader of [{}, null, { withSnapshot: () => {} }]) {
    expect(() => tail(reader as unknown as Stepwell['store'], 'a')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  }
});
