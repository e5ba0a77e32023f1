import type { CommitMeta, CommitSeal, Epoch } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import type { Touched } from './touched.ts';

/** History rows that one commit forgets at most: more than it adds, and never a burden. */
const forgottenPerCommit = 8;

interface NewestRow {
  readonly epoch: Epoch;
  readonly marks: string | null;
}

/**
 * The history, on the connection that writes: one row per commit, in the transaction of that commit. The primary key
 * makes it impossible that two commits bear one epoch.
 */
export class CommitLog {
  readonly #retention: number;
  readonly #append: SqliteStatement;
  readonly #lastMarks: SqliteStatement;
  readonly #oldest: SqliteStatement;
  readonly #forgetCommits: SqliteStatement;
  readonly #forgetIds: SqliteStatement;
  readonly #findId: SqliteStatement;
  readonly #keepId: SqliteStatement;
  /** When the oldest row was committed, so that most commits need not ask. */
  #oldestAt: number | undefined;
  /** The row of the open transaction, and that of the last commit of ours: where nobody came between, it need not be read. */
  #appended: NewestRow | undefined;
  #committed: NewestRow | undefined;

  /** `retention` is in milliseconds. */
  constructor(connection: Connection, retention: number) {
    this.#retention = retention;
    this.#append = connection.prepare(
      'INSERT INTO stepwell_commits (epoch, at, put, removed, extents, marks) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#lastMarks = connection
      .prepare('SELECT marks FROM stepwell_commits ORDER BY epoch DESC LIMIT 1')
      .raw();
    this.#oldest = connection.prepare('SELECT epoch, at FROM stepwell_commits ORDER BY epoch LIMIT ?').raw();
    this.#forgetCommits = connection.prepare('DELETE FROM stepwell_commits WHERE epoch <= ?');
    this.#forgetIds = connection.prepare('DELETE FROM stepwell_transactions WHERE epoch <= ?');
    this.#findId = connection.prepare('SELECT epoch FROM stepwell_transactions WHERE id = ?').raw();
    this.#keepId = connection.prepare('INSERT INTO stepwell_transactions (id, epoch) VALUES (?, ?)');
  }

  /** S8: the commit that applied a transaction id, the open one included. */
  appliedAt(transactionId: string): Epoch | undefined {
    return (this.#findId.get([transactionId]) as [Epoch] | undefined)?.[0];
  }

  keepTransactionId(transactionId: string, epoch: Epoch): void {
    this.#keepId.run([transactionId, epoch]);
  }

  /** Writes the row of the commit that is about to happen. */
  append({ epoch, at }: CommitMeta, seal: CommitSeal, touched: Touched): void {
    const { put, removed } = touched.fold();
    const marks = this.#marks(epoch, seal);
    this.#append.run([epoch, at, json(put), json(removed), json(seal.extents), marks]);
    this.#appended = { epoch, marks };
    this.#forget(at - this.#retention, epoch);
  }

  /** The row that was appended last is committed. */
  committed(): void {
    this.#committed = this.#appended;
  }

  /** The whole set of marks: those of the commit before, and what is new. */
  #marks(epoch: Epoch, { marks }: CommitSeal): string | null {
    const before = this.#marksBefore(epoch);
    if (marks === undefined) return before;
    return json({ ...(before !== null && (JSON.parse(before) as Record<string, Epoch>)), ...marks });
  }

  #marksBefore(epoch: Epoch): string | null {
    if (this.#committed?.epoch === epoch - 1) return this.#committed.marks;
    const [marks = null] = (this.#lastMarks.get() as [string | null] | undefined) ?? [];
    return marks;
  }

  /** Drops what is older than `before`, oldest first and a little at a time; never the newest row, which is the head. */
  #forget(before: number, newest: Epoch): void {
    if (this.#oldestAt !== undefined && this.#oldestAt >= before) return;
    const oldest = this.#oldest.all([forgottenPerCommit + 1]) as [Epoch, number][];
    const kept = oldest.find(([epoch, at]) => at >= before || epoch === newest) ?? oldest.at(-1);
    if (kept === undefined) return;
    const [firstKept, keptAt] = kept;
    this.#oldestAt = keptAt;
    if (firstKept === oldest[0]?.[0]) return;
    this.#forgetCommits.run([firstKept - 1]);
    this.#forgetIds.run([firstKept - 1]);
  }
}

function json(value: Readonly<Record<string, unknown>> | undefined): string | null {
  for (const _ in value) return JSON.stringify(value);
  return null;
}
