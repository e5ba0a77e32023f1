import type { SqlValue } from '../connection/sqlite-types.ts';

/*
 * The tables of records, as Kysely knows them; `records-migrations.ts` makes them, and a test compares the two.
 * Times are integers, in milliseconds since the Unix epoch. Columns that hold JSON are NULL for an empty object or
 * array; booleans are 0 and 1.
 */

export interface ExecutionRow {
  id: string;
  name: string;
  command: string | null;
  working_directory: string | null;
  status: string;
  exit_code: number | null;
  error_message: string | null;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  environment: string | null;
  user_name: string | null;
  tags: string | null;
  total_steps: number;
  completed_steps: number;
  current_step_index: number;
  metadata: string | null;
  session: string | null;
  retention_days: number | null;
}

export interface StepRow {
  id: string;
  execution_id: string;
  name: string;
  description: string | null;
  step_index: number;
  status: string;
  exit_code: number | null;
  error_message: string | null;
  created_at: number;
  started_at: number | null;
  completed_at: number | null;
  estimated_duration: number | null;
  stop_on_error: number;
  metadata: string | null;
}

export interface ArtifactRow {
  id: string;
  execution_id: string;
  step_id: string | null;
  name: string;
  description: string | null;
  file_path: string;
  file_name: string;
  file_size: number;
  mime_type: string;
  artifact_type: string;
  hash: string | null;
  created_at: number;
  tags: string | null;
  is_public: number;
  retention_days: number | null;
  metadata: string | null;
}

/** One row per tag of an execution or an artifact. */
export interface TagRow {
  tag: string;
  created_at: number;
  record_id: string;
}

/** A text that facts refer to by number. */
export interface TermRow {
  id: number;
  value: string;
}

/** A fact: subject, predicate, object, each a term. */
export interface FactRow {
  s: number;
  p: number;
  o: number;
}

export interface RecordsSchema {
  executions: ExecutionRow;
  steps: StepRow;
  artifacts: ArtifactRow;
  execution_tags: TagRow;
  artifact_tags: TagRow;
  terms: TermRow;
  facts: FactRow;
}

/** A tuple in the order of the columns of `Row`. */
export type RowTuple = readonly SqlValue[];
