import { join, resolve } from 'node:path';

/** The root of the checkout. */
export const root = resolve(import.meta.dirname, '../..');

/** The built command, which `npm start` runs. */
export const cli = join(root, 'apps/demo/dist/main.js');

/** Where these scripts remember what is already installed and built; it goes when node_modules goes. */
export const stampDirectory = join(root, 'node_modules/.stepwell-stamps');
