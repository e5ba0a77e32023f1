import { join } from 'node:path';

/** Ids and nothing else make paths: a stream may be called anything. */
export function sealedPath(directory: string, id: number): string {
  return join(directory, `${String(id).padStart(8, '0')}.sealed`);
}

/** The id in the name of a sealed segment; `undefined` for any other file. */
export function sealedIdOf(name: string): number | undefined {
  const digits = /^(\d{8,10})\.sealed$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
