import { expect, test } from 'vitest';
import { openReader } from '../connection/open-connection.ts';
import { databaseIn } from '../fixtures/open-driver.ts';
import { withSqlite } from '../fixtures/sqlite.ts';
import { readSchemaVersion } from './schema-version.ts';

test('S6: a database that somebody makes meanwhile is read as it was at one moment', async () => {
  await using place = await databaseIn('version');
  withSqlite(place.path, (database) => database.exec('PRAGMA journal_mode = WAL; PRAGMA user_version = 1'));
  const connection = openReader(place.path, { cacheKiB: 1_000 });
  const ask = connection.pragma.bind(connection);
  let isMade = false;
  connection.pragma = (source) => {
    const answer = ask(source);
    if (!isMade) {
      withSqlite(place.path, (database) =>
        database.exec('PRAGMA application_id = 7; PRAGMA user_version = 2; CREATE TABLE made (a)'),
      );
    }
    isMade = true;
    return answer;
  };
  const version = { store: [], schema: [] };
  expect(readSchemaVersion(connection)).toEqual({
    ...{ applicationId: 0, userVersion: 1, isEmpty: true },
    ...version,
  });
  expect(readSchemaVersion(connection)).toEqual({
    ...{ applicationId: 7, userVersion: 2, isEmpty: false },
    ...version,
  });
  expect(connection.inTransaction).toBe(false);
  connection.close();
});
