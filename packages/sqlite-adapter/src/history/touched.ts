/** Notes that an op put or removed something, by kind and id. */
export type Touch = (kind: string, id: string, how: 'put' | 'removed') => void;

/** Ids by kind, as a change names them. */
export type IdsByKind = Readonly<Record<string, readonly string[]>>;

/**
 * What a group has touched so far. A batch that is refused takes back what it noted: see {@link mark} and
 * {@link rewind}.
 */
export class Touched {
  readonly #entries: (readonly [kind: string, id: string, how: 'put' | 'removed'])[] = [];
  readonly #follows: readonly string[];

  /** `follows` names the kinds that are told of by declaration: they are named also when none of theirs was touched. */
  constructor(follows: readonly string[] = []) {
    this.#follows = follows;
  }

  readonly touch: Touch = (kind, id, how) => {
    this.#entries.push([kind, id, how]);
  };

  mark(): number {
    return this.#entries.length;
  }

  rewind(mark: number): void {
    this.#entries.length = mark;
  }

  /** What is there after the group, and what is gone; each id once. */
  fold(): { readonly put: IdsByKind; readonly removed: IdsByKind } {
    const kinds = new Map<string, Map<string, 'put' | 'removed'>>();
    for (const [kind, id, how] of this.#entries) {
      let ids = kinds.get(kind);
      if (ids === undefined) {
        ids = new Map();
        kinds.set(kind, ids);
      }
      ids.set(id, how);
    }
    const put = new Map<string, string[]>(this.#follows.map((kind) => [kind, []]));
    const removed = new Map<string, string[]>();
    for (const [kind, ids] of kinds) {
      for (const [id, how] of ids) listOf(how === 'put' ? put : removed, kind).push(id);
    }
    // By entries, since a table may bear the name of something that every object inherits.
    return { put: Object.fromEntries(put), removed: Object.fromEntries(removed) };
  }
}

function listOf(lists: Map<string, string[]>, kind: string): string[] {
  let list = lists.get(kind);
  if (list === undefined) {
    list = [];
    lists.set(kind, list);
  }
  return list;
}
