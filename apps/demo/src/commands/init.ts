import { dirname } from 'node:path';
import { open } from 'stepwell';
import { print } from '../output/print.ts';
import { makeStoreDirectory } from '../store-path/make-store-directory.ts';

/** `stepwell init`: makes a store for the project that lives in a directory. Doing it twice changes nothing. */
export async function init(store: string, { json }: { readonly json: boolean }): Promise<void> {
  const made = await makeStoreDirectory(store);
  // Opening makes the files of a store, and says so at once when that cannot be done here.
  await (await open(store, { writer: 'shared', purpose: 'stepwell init' })).close();
  if (json) await print(`${JSON.stringify({ store, made })}\n`);
  else if (made) await print(`Made ${store}. Runs below ${dirname(store)} are recorded here.\n`);
  else await print(`${store} is there already.\n`);
}
