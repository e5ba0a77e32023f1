import type { Measure } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { Touch } from '../history/touched.ts';
import type { Check } from '../maintenance/task.ts';
import type { Migrations } from '../migrations/migrate.ts';
import type { SnapshotReader } from '../snapshots/snapshot-reader.ts';

/** What is stored and how it is seen: all that the generic layer and the records layer differ in. */
export interface Model<View, Op> {
  /** Stands in the header of the file, so that `file` and we can tell whose it is. */
  readonly applicationId: number;
  readonly migrations: Migrations;
  /** Whether its ops say what they touch, so that commits can be followed. */
  readonly tellsChanges: boolean;
  /** The kinds that a follower asks for: a commit that does not tell of them all is a gap. Without: whatever is told. */
  readonly follows?: readonly string[];
  /** What must hold besides what SQLite itself checks. */
  readonly checks: readonly Check[];
  /** A copy of an op that its giver cannot change. */
  copy(op: Op): Op;
  /** Checks one op and answers its rough size in bytes. */
  admit(op: Op): number;
  /** Applies ops on the connection that writes. Its hot statements are compiled here, once. */
  writer(connection: Connection): OpWriter<Op>;
  /** What a reader sees; cheap, since every snapshot makes one. */
  view(reader: SnapshotReader): View;
  /** Figures about the rows, read from a state that is held still. */
  measures(connection: Connection): readonly Measure[];
}

export interface OpWriter<Op> {
  /** Kinds that every commit of this writer tells of, also when it touched none of theirs; see `followCommits`. */
  readonly follows?: readonly string[];
  /**
   * Applies one op within the open transaction; answers its result.
   * @throws SQLite's own errors, and typed ones
   */
  apply(op: Op, touch: Touch): unknown;
  /** What was applied since the last commit is undone, wholly or in part: nothing remembered of it holds. */
  rolledBack(): void;
}
