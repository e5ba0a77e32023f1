import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds that timers and sockets may wait for calls that are all answered within one turn of the event loop. */
const longestTurn = 4;

/** When the first of the calls of this turn was made. */
let began: number | undefined;

const turned = (): void => {
  began = undefined;
};

/**
 * A turn of the event loop, when it is overdue; `undefined` when it is not. For calls that never wait by themselves:
 * whoever makes one after the other, and awaits each, would keep timers, sockets and signals from their turn for ever.
 *
 * @example
 * ```ts
 * import { overdueTurn } from '@stepwell/core';
 *
 * async function get(key: string): Promise<string | undefined> {
 *   const turn = overdueTurn();
 *   if (turn !== undefined) await turn;
 *   return process.env[key];
 * }
 * console.log(await get('HOME'));
 * ```
 */
export function overdueTurn(): Promise<void> | undefined {
  const now = performance.now();
  if (began === undefined) {
    began = now;
    // It keeps no process alive: one that ends has nobody to starve.
    setImmediate(turned).unref();
    return undefined;
  }
  return now - began < longestTurn ? undefined : turn();
}
