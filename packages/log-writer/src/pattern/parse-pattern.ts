/** What is left of a pattern's syntax tree when only its texts matter. */
export type PatternNode =
  | { readonly kind: 'text'; readonly character: string }
  /** Matches no character: an anchor, a word boundary. */
  | { readonly kind: 'nothing' }
  /** Some character, or who knows what. */
  | { readonly kind: 'other' }
  | { readonly kind: 'repeat'; readonly node: PatternNode; readonly min: number }
  | { readonly kind: 'sequence'; readonly nodes: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly nodes: readonly PatternNode[] };

/** Thrown for what is rare enough not to be understood here. The pattern may be all right. */
export class UnknownSyntax extends Error {}

const escapes: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const classes = 'dDsSwW';
const places = 'AbBz';
const repeats = /[*+?]\??|\{(\d+)(?:,\d*)?\}\??/y;
const groups = /\((?!\?)|\(\?:|\(\?P?<\w+>/y;
const properties = /\\[pP](?:\{\^?\w+\}|\w)/y;
const codes = /\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y;

/**
 * Reads a pattern that RE2 accepts, from `from` on. It must never take something for a text that is none, and throws
 * rather than guess.
 * @throws UnknownSyntax
 */
export function parsePattern(pattern: string, from = 0): PatternNode {
  return new Parser(pattern, from).whole();
}

class Parser {
  readonly #pattern: string;
  #at: number;

  constructor(pattern: string, at: number) {
    this.#pattern = pattern;
    this.#at = at;
  }

  whole(): PatternNode {
    const node = this.#choice();
    if (this.#at < this.#pattern.length) throw new UnknownSyntax();
    return node;
  }

  #choice(): PatternNode {
    const nodes = [this.#sequence()];
    while (this.#skip('|')) nodes.push(this.#sequence());
    return nodes.length === 1 && nodes[0] ? nodes[0] : { kind: 'choice', nodes };
  }

  #sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const node = this.#single();
      const repeat = this.#take(repeats);
      // An asterisk may be none at all, `+` and `{2}` are at least one.
      if (repeat === undefined) nodes.push(node);
      else nodes.push({ kind: 'repeat', node, min: repeat[0].startsWith('+') ? 1 : Number(repeat[1] ?? 0) });
    }
    return { kind: 'sequence', nodes };
  }

  #single(): PatternNode {
    const group = this.#take(groups);
    if (group !== undefined) {
      const node = this.#choice();
      if (!this.#skip(')')) throw new UnknownSyntax();
      return node;
    }
    const character = String.fromCodePoint(this.#pattern.codePointAt(this.#at) ?? 0);
    if (character === '\\') return this.#escape();
    this.#at += character.length;
    switch (character) {
      case '(':
        throw new UnknownSyntax();
      case '[':
        this.#class();
        return { kind: 'other' };
      case '.':
        return { kind: 'other' };
      case '^':
      case '$':
        return { kind: 'nothing' };
      default:
        // A brace that repeats nothing is one.
        return { kind: 'text', character };
    }
  }

  #escape(): PatternNode {
    const code = this.#take(codes);
    if (code !== undefined)
      return { kind: 'text', character: String.fromCodePoint(Number.parseInt(code[1] ?? code[2] ?? '', 16)) };
    if (this.#take(properties) !== undefined) return { kind: 'other' };
    const letter = this.#pattern[this.#at + 1] ?? '';
    this.#at += 2;
    if (classes.includes(letter)) return { kind: 'other' };
    if (places.includes(letter)) return { kind: 'nothing' };
    const character = escapes[letter] ?? letter;
    if (escapes[letter] === undefined && !/^[!-/:-@[-`{-~]$/.test(letter)) throw new UnknownSyntax();
    return { kind: 'text', character };
  }

  /** Behind the end of a class of characters. */
  #class(): void {
    this.#skip('^');
    // A bracket that comes first is one of the characters.
    this.#skip(']');
    for (;;) {
      const end = this.#pattern.startsWith('[:', this.#at) ? this.#pattern.indexOf(':]', this.#at + 2) : -1;
      if (end >= 0) this.#at = end + 2;
      else if (this.#skip(']')) return;
      else if (this.#at >= this.#pattern.length || this.#pattern.startsWith('\\Q', this.#at))
        throw new UnknownSyntax();
      else this.#at += this.#pattern[this.#at] === '\\' ? 2 : 1;
    }
  }

  #skip(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#pattern);
    if (found === null) return undefined;
    this.#at = expression.lastIndex;
    return found;
  }
}
