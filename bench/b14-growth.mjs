/*
 * B14: what an operation on records costs in a store with ten times the data, beside the same operation in the smaller
 * store. The result is how many times the cost. Both survive the death of the process.
 *
 * What reads everything it answers for (a count of all, a stream of all) grows with the data by its nature and is not
 * among them.
 */
import { putExecution, toArray } from 'stepwell';
import { withLoadedStore } from './lib/loaded.mjs';
import { check, paired, perSecond } from './lib/paired.mjs';
import { figure } from './lib/report.mjs';
import { execution, numberOf } from './lib/workload.mjs';

export async function run({ quick }) {
  const rows = quick ? 20_000 : 100_000;
  const size = quick ? 1 : 3;
  const operations = [
    ['sequential saves', '≤ 1.3', (side) => side.saveOneByOne(100 * size)],
    ['concurrent saves', '≤ 1.3', (side) => side.saveTogether(500 * size)],
    ['point reads', '≤ 1.6', (side) => side.readPoints(1_000 * size)],
    ['newest 10', '≤ 1.3', (side) => side.listNewest(100 * size, {}, () => true)],
    ['newest 10 by status', '≤ 1.3', (side) => side.listNewest(100 * size, { status: ['failed'] }, isFailed)],
    ['newest 10 by tag', '≤ 1.3', (side) => side.listNewest(100 * size, { tag: 'release' }, isRelease)],
    ['counts by tag of the newest 1,000', '≤ 1.3', (side) => side.countNewest(50 * size)],
    ['snapshots', '≤ 1.3', (side) => side.takeSnapshots(100 * size)],
  ];
  return await withLoadedStore(rows, (small) =>
    withLoadedStore(10 * rows, async (large) => {
      const sides = { small: new Side(small.store, rows), large: new Side(large.store, 10 * rows) };
      const figures = [];
      for (const [name, goal, operation] of operations) {
        // Short turns and many of them: what disturbs one of the two would look like growth.
        await operation(sides.small);
        await operation(sides.large);
        const { rates, ratios } = await paired(quick ? 9 : 15, {
          small: () => operation(sides.small),
          large: () => operation(sides.large),
        });
        figures.push(
          figure(`B14 ${name}, ${(10 * rows).toLocaleString('en')} rows`, {
            value: 1e6 / rates.large,
            unit: 'µs',
            peer: `${rows.toLocaleString('en')} rows`,
            peerValue: 1e6 / rates.small,
            ratio: ratios.large,
            goal,
          }),
        );
      }
      for (const side of Object.values(sides)) await side.checkEnd();
      return figures;
    }),
  );
}

const isFailed = (n) => execution(n).status === 'failed';
const isRelease = (n) => execution(n).tags.includes('release');

/** One store, what it holds, and operations on it; each answers how many it did in a second. */
class Side {
  #store;
  /** How many executions there are. */
  #count;
  #picked = 0;

  constructor(store, count) {
    this.#store = store;
    this.#count = count;
  }

  async saveOneByOne(times) {
    const records = this.#more(times);
    return await perSecond(times, async () => {
      for (const record of records) await this.#store.write([putExecution(record)]);
    });
  }

  async saveTogether(times) {
    const records = this.#more(times);
    return await perSecond(times, () =>
      Promise.all(records.map((record) => this.#store.write([putExecution(record)]))),
    );
  }

  async readPoints(times) {
    const ids = Array.from({ length: times }, () => execution(this.#anyNumber()).id);
    return await this.#reading((records) =>
      perSecond(times, async () => {
        for (const id of ids)
          check((await records.get('execution', id))?.id === id, 'another execution came back');
      }),
    );
  }

  async listNewest(times, filter, isListed) {
    const expected = this.#newest(10, isListed);
    return await this.#reading((records) =>
      perSecond(times, async () => {
        for (let n = 0; n < times; n += 1) {
          const found = await toArray(records.list('execution', { ...filter, limit: 10 }));
          check(
            found.length === 10 && found.every((one, k) => numberOf(one) === expected[k]),
            'a wrong list',
          );
        }
      }),
    );
  }

  /** Counts the releases among the newest 1,000 executions. */
  async countNewest(times) {
    const filter = { tag: 'release', createdFrom: execution(this.#count - 1_000).createdAt };
    return await this.#reading((records) =>
      perSecond(times, async () => {
        for (let n = 0; n < times; n += 1)
          check((await records.count('execution', filter)) === 4, 'a wrong count');
      }),
    );
  }

  /** Each finds a new epoch, as in B5; the commit that makes it is not measured. */
  async takeSnapshots(times) {
    let spent = 0;
    for (const record of this.#more(times)) {
      const { epoch } = await this.#store.write([putExecution(record)]);
      const started = performance.now();
      const snapshot = await this.#store.snapshot();
      await snapshot.close();
      spent += performance.now() - started;
      check(snapshot.epoch === epoch, 'the snapshot does not show the last commit');
    }
    return times / (spent / 1000);
  }

  async checkEnd() {
    const count = await this.#reading((records) => records.count('execution'));
    check(count === this.#count, `${count} executions instead of ${this.#count}`);
  }

  async #reading(work) {
    return await this.#store.withSnapshot(({ view }) => work(view.records));
  }

  /** The next executions. */
  #more(times) {
    const records = Array.from({ length: times }, (_, n) => execution(this.#count + n));
    this.#count += times;
    return records;
  }

  /** One of those that are there, far from the one before; the same sequence in each run. */
  #anyNumber() {
    this.#picked += 1;
    return Math.floor(((this.#picked * 0.618_033_988_75) % 1) * this.#count);
  }

  #newest(length, isListed) {
    const numbers = [];
    for (let n = this.#count - 1; numbers.length < length; n -= 1) if (isListed(n)) numbers.push(n);
    return numbers;
  }
}
