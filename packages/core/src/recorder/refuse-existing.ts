import { StoreError } from '../errors/store-error.ts';
import type { RecordingStore } from './recorder.ts';

/**
 * A put would take the record over, and with it a run that may be alive.
 * @throws `CONSTRAINT` when the id is taken
 */
export async function refuseExisting(
  store: RecordingStore,
  kind: 'execution' | 'step',
  id: string,
): Promise<void> {
  const found = await store.withSnapshot(({ view }) => view.records.get(kind, id));
  if (found !== undefined) throw taken(kind, id);
}

/** The error of an id that is in use. */
export function taken(kind: 'execution' | 'step', id: string): StoreError {
  return new StoreError('CONSTRAINT', `the ${kind} ${id} is there already`, {
    details: { kind, id },
  });
}
