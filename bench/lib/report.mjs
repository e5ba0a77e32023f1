import { mkdir, writeFile } from 'node:fs/promises';

const results = new URL('../results/', import.meta.url);

/**
 * @typedef {object} Figure
 * @property {string} name
 * @property {number} value
 * @property {string} unit
 * @property {string} peer what it is compared with, in the same run on the same data
 * @property {number} peerValue
 * @property {number} ratio
 * @property {string} goal `≥ 0.8` or `≤ 10`
 * @property {boolean} pass
 */

/** Builds a figure; `goal` is read as it is printed. @returns {Figure} */
export function figure(name, { value, unit, peer, peerValue, ratio, goal }) {
  const [sign, bound] = goal.split(' ');
  const pass = sign === '≥' ? ratio >= Number(bound) : ratio <= Number(bound);
  return { name, value, unit, peer, peerValue, ratio, goal, pass };
}

/** @param {string} id @param {readonly Figure[]} figures */
export async function save(id, figures) {
  await mkdir(results, { recursive: true });
  await writeFile(new URL(`${id}.json`, results), `${JSON.stringify(figures, null, 2)}\n`);
}

/** @param {readonly Figure[]} figures */
export function print(figures) {
  const rows = figures.map((row) => [
    row.pass ? 'ok  ' : 'MISS',
    row.name,
    `${short(row.value)} ${row.unit}`,
    `${row.peer}: ${short(row.peerValue)}`,
    `${row.ratio.toFixed(2)}×`,
    row.goal,
  ]);
  const head = ['', 'benchmark', 'ours', 'beside it', 'ratio', 'goal'];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  for (const row of [head, ...rows])
    console.log(row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
}

function short(value) {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}
