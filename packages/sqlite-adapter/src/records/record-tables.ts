import { type RecordKind, type RecordKinds, recordKinds, StoreError } from '@stepwell/core';
import { artifactColumns, decodeArtifact } from './artifact-codec.ts';
import { decodeExecution, executionColumns } from './execution-codec.ts';
import type { RowTuple } from './records-schema.ts';
import { decodeStep, stepColumns } from './step-codec.ts';

/** Where the records of a kind are, and how they are read. */
export interface RecordTable<Kind extends RecordKind> {
  readonly table: 'executions' | 'steps' | 'artifacts';
  readonly columns: readonly string[];
  /** What a list is sorted by, before the id. */
  readonly place: 'created_at' | 'step_index';
  readonly defaultOrder: 'newest' | 'oldest';
  readonly tags: 'execution_tags' | 'artifact_tags' | undefined;
  readonly decode: (row: RowTuple) => RecordKinds[Kind];
}

const tables: { readonly [Kind in RecordKind]: RecordTable<Kind> } = {
  execution: {
    table: 'executions',
    columns: executionColumns,
    place: 'created_at',
    defaultOrder: 'newest',
    tags: 'execution_tags',
    decode: decodeExecution,
  },
  step: {
    table: 'steps',
    columns: stepColumns,
    place: 'step_index',
    defaultOrder: 'oldest',
    tags: undefined,
    decode: decodeStep,
  },
  artifact: {
    table: 'artifacts',
    columns: artifactColumns,
    place: 'created_at',
    defaultOrder: 'oldest',
    tags: 'artifact_tags',
    decode: decodeArtifact,
  },
};

/** @throws `INVALID_ARGUMENT` for a kind that does not exist */
export function tableOf<Kind extends RecordKind>(kind: Kind): RecordTable<Kind> {
  if (recordKinds.includes(kind)) return tables[kind];
  throw new StoreError('INVALID_ARGUMENT', `kind must be one of ${recordKinds.join(', ')}`);
}
