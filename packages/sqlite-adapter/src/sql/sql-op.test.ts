import { expect, test } from 'vitest';
import { databaseIn, openDriver } from '../fixtures/open-driver.ts';
import { execute, queryBuilder, type SqlOp, sqliteDriver } from '../index.ts';

const db = queryBuilder<{ row: { id: number } }>();
const query = db.deleteFrom('row');

const wrong: readonly (readonly [unknown, string])[] = [
  [{ expected: { changes: 1 } }, 'options.expected'],
  [{ expect: {} }, 'options.expect.changes'],
  [{ expect: { change: 1 } }, 'options.expect.change'],
  [{ expect: { changes: 1, rows: 1 } }, 'options.expect.rows'],
  [{ expect: { changes: -1 } }, 'options.expect.changes'],
  [{ expect: { changes: 0.5 } }, 'options.expect.changes'],
  [{ expect: { changes: Number.NaN } }, 'options.expect.changes'],
  [{ expect: { changes: '1' } }, 'options.expect.changes'],
  [{ expect: { changes: 1n } }, 'options.expect.changes'],
  [{ expect: 1 }, 'options.expect'],
  [{ expect: null }, 'options.expect'],
  [null, 'options'],
];

test.each(wrong)('S11: execute(query, %o) is refused, by the name of what is wrong', (options, option) => {
  expect(() => execute(query, options as never)).toThrowError(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', details: expect.objectContaining({ option }) }),
  );
});

test('what is left out, or is undefined, expects nothing', () => {
  expect([execute(query), execute(query, {}), execute(query, { expect: undefined } as never)]).toEqual(
    Array.from({ length: 3 }, () => ({ type: 'sql', query: { sql: 'delete from "row"', parameters: [] } })),
  );
});

test.each([{}, { change: 1 }, { changes: -1 }, 1, null])(
  'S11: an op made by hand that expects %o is refused before it is queued',
  async (expectation) => {
    await using place = await databaseIn('op');
    const migrations = {
      '0001': { up: async (m: never) => void m },
    };
    await using store = await openDriver(sqliteDriver({ path: place.path, migrations }));
    const op = { ...execute(query), expect: expectation } as unknown as SqlOp;
    const copy = store.driver.copy?.(op) ?? op;
    expect(() => store.driver.admit(copy)).toThrowError(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  },
);
