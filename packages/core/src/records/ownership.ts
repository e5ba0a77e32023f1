import { StoreError } from '../errors/store-error.ts';

/**
 * A step and an artifact stay with the execution that they were first stored for: nobody takes over what another run
 * records by using its id.
 * @throws `CONSTRAINT` when the record belongs to another execution
 */
export function checkOwner(
  kind: 'step' | 'artifact',
  record: { readonly id: string; readonly executionId: string },
  storedExecutionId: string,
): void {
  const { id, executionId } = record;
  if (executionId === storedExecutionId) return;
  throw new StoreError(
    'CONSTRAINT',
    `${kind} ${id} belongs to execution ${storedExecutionId} and cannot go to ${executionId}`,
    { details: { kind, id, executionId: storedExecutionId } },
  );
}
