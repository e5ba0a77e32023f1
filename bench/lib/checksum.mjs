import { createHash } from 'node:crypto';
import { check } from './paired.mjs';
import { columns } from './peers/table.mjs';

/** Two lists of executions have one checksum when all fields of all of them are equal, in order. */
async function checksum(executions) {
  const hash = createHash('sha256');
  for await (const record of executions) {
    for (const column of columns) hash.update(`${JSON.stringify(record[column])}\n`);
  }
  return hash.digest('hex');
}

/** Reads back everything that `store` holds. @throws when it is not exactly `executions` */
export async function checkStore(store, executions) {
  await store.withSnapshot(async ({ view }) => {
    const count = await view.records.count('execution');
    check(count === executions.length, `the store holds ${count} executions instead of ${executions.length}`);
    const tagged = await view.records.count('execution', { tag: 'main' });
    check(tagged === count, `${tagged} of ${count} executions are found by their tag`);
    const found = await checksum(view.records.list('execution', { order: 'oldest' }));
    check(found === (await checksum(executions)), 'the store holds other executions than were written');
  });
}

/** As {@link checkStore}, for the database of a peer. */
export async function checkPeer({ stored }, executions) {
  const count = stored.count();
  check(count === executions.length, `the peer holds ${count} rows instead of ${executions.length}`);
  const tags = executions.reduce((sum, record) => sum + record.tags.length, 0);
  check(stored.tags() === tags, `the peer holds ${stored.tags()} tags instead of ${tags}`);
  const found = await checksum(stored.executions());
  check(found === (await checksum(executions)), 'the peer holds other rows than were written');
}
