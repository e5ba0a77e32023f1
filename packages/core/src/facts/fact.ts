/** A statement about where something comes from: `subject predicate object`, each any text but the empty one. */
export interface Fact {
  readonly subject: string;
  readonly predicate: string;
  readonly object: string;
}

/** The fields of a {@link Fact}. */
export const factFields: ReadonlySet<string> = new Set(['subject', 'predicate', 'object']);

/** Which facts: what is given must be equal, what is left out may be anything. */
export interface FactPattern {
  readonly subject?: string;
  readonly predicate?: string;
  readonly object?: string;
}

/** Whether `fact` fits `pattern`. */
export function matchesPattern(fact: Fact, pattern: FactPattern): boolean {
  return (
    (pattern.subject === undefined || pattern.subject === fact.subject) &&
    (pattern.predicate === undefined || pattern.predicate === fact.predicate) &&
    (pattern.object === undefined || pattern.object === fact.object)
  );
}
