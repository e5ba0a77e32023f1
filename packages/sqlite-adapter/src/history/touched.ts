/** Notes that an op put or removed something, by kind and id. */
export type Touch = (kind: string, id: string, how: 'put' | 'removed') => void;

/** Ids by kind, as a change names them. */
export type IdsByKind = Record<string, string[]>;

/**
 * What a group has touched so far. A batch that is refused takes back what it noted: see {@link mark} and
 * {@link rewind}.
 */
export class Touched {
  readonly #entries: (readonly [kind: string, id: string, how: 'put' | 'removed'])[] = [];

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
    const sides = { put: {} as IdsByKind, removed: {} as IdsByKind };
    for (const [kind, ids] of kinds) {
      for (const [id, how] of ids) {
        const side = sides[how];
        side[kind] ??= [];
        side[kind].push(id);
      }
    }
    return sides;
  }
}
