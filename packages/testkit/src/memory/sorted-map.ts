/**
 * An immutable map in the order of its keys: `set` and `delete` answer a new map that shares all but one path with
 * the old one. So a snapshot is a reference, and nothing that happens later can reach it.
 *
 * Inside: a treap, whose priorities are a hash of insertion order; expected depth is logarithmic.
 */
export class SortedMap<Key, Value> {
  readonly #compare: (a: Key, b: Key) => number;
  readonly #root: Node<Key, Value> | undefined;

  constructor(compare: (a: Key, b: Key) => number, root?: Node<Key, Value>) {
    this.#compare = compare;
    this.#root = root;
  }

  get size(): number {
    return sizeOf(this.#root);
  }

  get(key: Key): Value | undefined {
    let node = this.#root;
    while (node !== undefined) {
      const order = this.#compare(key, node.key);
      if (order === 0) return node.value;
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  set(key: Key, value: Value): SortedMap<Key, Value> {
    const [below, above] = this.#split(this.#root, key);
    const node = make(key, value, nextPriority(), undefined, undefined);
    return new SortedMap(this.#compare, merge(merge(below, node), above));
  }

  delete(key: Key): SortedMap<Key, Value> {
    if (!this.has(key)) return this;
    const [below, above] = this.#split(this.#root, key);
    return new SortedMap(this.#compare, merge(below, above));
  }

  /** Entries from `from` on, or from the beginning. */
  entries(from?: Key): Generator<readonly [Key, Value]> {
    return this.#ascend(this.#root, from);
  }

  /** Entries from the end to the beginning. */
  reversed(): Generator<readonly [Key, Value]> {
    return descend(this.#root);
  }

  *values(): Generator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  /** What is below `key` and what is above it; `key` itself is in neither. */
  #split(node: Node<Key, Value> | undefined, key: Key): [Tree<Key, Value>, Tree<Key, Value>] {
    if (node === undefined) return [undefined, undefined];
    const order = this.#compare(key, node.key);
    if (order === 0) return [node.left, node.right];
    if (order < 0) {
      const [below, above] = this.#split(node.left, key);
      return [below, make(node.key, node.value, node.priority, above, node.right)];
    }
    const [below, above] = this.#split(node.right, key);
    return [make(node.key, node.value, node.priority, node.left, below), above];
  }

  *#ascend(node: Node<Key, Value> | undefined, from: Key | undefined): Generator<readonly [Key, Value]> {
    if (node === undefined) return;
    const starts = from === undefined || this.#compare(from, node.key) <= 0;
    if (starts) {
      yield* this.#ascend(node.left, from);
      yield [node.key, node.value];
    }
    yield* this.#ascend(node.right, starts ? undefined : from);
  }
}

interface Node<Key, Value> {
  readonly key: Key;
  readonly value: Value;
  readonly priority: number;
  readonly left: Tree<Key, Value>;
  readonly right: Tree<Key, Value>;
  readonly size: number;
}

type Tree<Key, Value> = Node<Key, Value> | undefined;

function make<Key, Value>(
  key: Key,
  value: Value,
  priority: number,
  left: Tree<Key, Value>,
  right: Tree<Key, Value>,
): Node<Key, Value> {
  return { key, value, priority, left, right, size: sizeOf(left) + 1 + sizeOf(right) };
}

function sizeOf<Key, Value>(node: Tree<Key, Value>): number {
  return node?.size ?? 0;
}

/** One tree of two; every key of `below` is below every key of `above`. */
function merge<Key, Value>(below: Tree<Key, Value>, above: Tree<Key, Value>): Tree<Key, Value> {
  if (below === undefined) return above;
  if (above === undefined) return below;
  return below.priority > above.priority
    ? make(below.key, below.value, below.priority, below.left, merge(below.right, above))
    : make(above.key, above.value, above.priority, merge(below, above.left), above.right);
}

function* descend<Key, Value>(node: Tree<Key, Value>): Generator<readonly [Key, Value]> {
  if (node === undefined) return;
  yield* descend(node.right);
  yield [node.key, node.value];
  yield* descend(node.left);
}

let counter = 0;

/** A fixed sequence instead of randomness, so that a run can be repeated exactly. */
function nextPriority(): number {
  counter = (counter + 0x9e3779b9) | 0;
  let mixed = Math.imul(counter ^ (counter >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
