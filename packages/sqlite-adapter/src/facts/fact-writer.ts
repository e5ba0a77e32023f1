import type { Fact } from '@stepwell/core';
import type { Connection } from '../connection/connection.ts';
import type { SqliteStatement } from '../connection/sqlite-types.ts';
import type { Touch } from '../history/touched.ts';

/** Terms whose numbers are remembered: predicates and the nodes that a writer is busy with come again and again. */
const rememberedTerms = 50_000;

/** Stores facts as triples of numbers; each text is kept once, as a term. */
export class FactWriter {
  readonly #findTerm: SqliteStatement;
  readonly #addTerm: SqliteStatement;
  readonly #addFact: SqliteStatement;
  readonly #removeFact: SqliteStatement;
  readonly #terms: Map<string, number | bigint> = new Map();

  constructor(connection: Connection) {
    this.#findTerm = connection.prepare('SELECT id FROM terms WHERE value = ?').raw();
    this.#addTerm = connection.prepare('INSERT INTO terms (value) VALUES (?)');
    this.#addFact = connection.prepare('INSERT INTO facts (s, p, o) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#removeFact = connection.prepare('DELETE FROM facts WHERE s = ? AND p = ? AND o = ?');
  }

  put(fact: Fact, touch: Touch): undefined {
    const subject = this.#termOf(fact.subject);
    const predicate = this.#termOf(fact.predicate);
    this.#addFact.run([subject, predicate, this.#termOf(fact.object)]);
    touch('fact', factId(fact), 'put');
  }

  /** Its terms stay: others may use them, and finding out would cost more than they do. */
  remove(fact: Fact, touch: Touch): undefined {
    const terms = [fact.subject, fact.predicate, fact.object].map((text) => this.#find(text));
    if (terms.includes(undefined) || this.#removeFact.run(terms).changes === 0) return;
    touch('fact', factId(fact), 'removed');
  }

  /** Numbers given within a transaction that was rolled back will be given again, to other texts. */
  forgetTerms(): void {
    this.#terms.clear();
  }

  #termOf(text: string): number | bigint {
    return this.#find(text) ?? this.#remember(text, this.#addTerm.run([text]).lastInsertRowid);
  }

  #find(text: string): number | bigint | undefined {
    const known = this.#terms.get(text);
    if (known !== undefined) return known;
    const found = this.#findTerm.get([text]) as [number] | undefined;
    return found === undefined ? undefined : this.#remember(text, found[0]);
  }

  #remember(text: string, term: number | bigint): number | bigint {
    if (this.#terms.size >= rememberedTerms) this.#terms.clear();
    this.#terms.set(text, term);
    return term;
  }
}

/** How a change names a fact. */
function factId({ subject, predicate, object }: Fact): string {
  return JSON.stringify([subject, predicate, object]);
}
