import { mkdir, rm, writeFile } from 'node:fs/promises';

const results = new URL('../results/', import.meta.url);

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {string} peer what it is compared with, in the same run on the same data
 * @property {number} peerValue
 * @property {number} ratio
 * @property {string} goal of the ratio, `≥ 0.8` or `≤ 0.1`; or of what it is more than the peer's, `≤ 10 ms over`
 * @property {boolean} pass
 */

/**
 * Builds a figure, and judges it by its goal as that is printed.
 *
 * @returns {Figure}
 * @throws {Error} when what it is judged by is no number: nothing was measured
 */
export function figure(name, { value, unit, peer, peerValue, ratio = value / peerValue, goal }) {
  const [, sign, bound, over] = /^([≥≤]) ([\d.]+)( \S+ over)?$/.exec(goal) ?? [];
  const judged = over === undefined ? ratio : value - peerValue;
  if (sign === undefined || !Number.isFinite(judged)) throw new Error(`${name}: ${judged} is not ${goal}`);
  const pass = sign === '≥' ? judged >= Number(bound) : judged <= Number(bound);
  return { name, value, unit, peer, peerValue, ratio, goal, pass };
}

/** What a figure is judged by, as text: `0.83×`, or `+1.20 ms` where the goal speaks of a difference. */
function judgement({ value, peerValue, unit, ratio, goal }) {
  if (!goal.endsWith(' over')) return `${ratio.toFixed(ratio < 0.1 ? 3 : 2)}×`;
  const over = value - peerValue;
  return `${over < 0 ? '−' : '+'}${Math.abs(over).toFixed(2)} ${unit}`;
}

/** @param {string} id @param {readonly Figure[]} figures */
export async function save(id, figures) {
  await mkdir(results, { recursive: true });
  await writeFile(new URL(`${id}.json`, results), `${JSON.stringify(figures, null, 2)}\n`);
}

/** Removes what an earlier run found. @param {string} id */
export async function forget(id) {
  await rm(new URL(`${id}.json`, results), { force: true });
}

/** @param {readonly Figure[]} figures */
export function print(figures) {
  const rows = figures.map((row) => [
    row.pass ? 'ok' : 'MISS',
    row.name,
    `${short(row.value)} ${row.unit}`,
    `${row.peer}: ${short(row.peerValue)}`,
    judgement(row),
    row.goal,
  ]);
  const head = ['', 'benchmark', 'ours', 'beside it', 'result', 'goal'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  for (const row of [head, ...rows]) {
    const line = row.map((cell, column) => cell.padEnd(widths[column])).join('  ');
    console.log(line.trimEnd());
  }
  const missed = figures.filter((row) => !row.pass);
  console.log(`\n${figures.length - missed.length} of ${figures.length} figures meet their goals.`);
  for (const row of missed) {
    console.log(`MISSED: ${row.name}, beside ${row.peer}: ${judgement(row)}, the goal is ${row.goal}`);
  }
}

function short(value) {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
