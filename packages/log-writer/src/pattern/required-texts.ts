import { type PatternNode, parsePattern, UnknownSyntax } from './parse-pattern.ts';

/** Texts of which every match holds at least one. */
export interface RequiredTexts {
  readonly texts: readonly string[];
  /** Whether their letters of ASCII stand for both cases. */
  readonly ignoreCase: boolean;
}

/** More of them cost more to look for than they save. */
const mostTexts = 64;

/**
 * What a line must hold to match `pattern`, which RE2 accepts; `undefined` where nothing is sure. It must never be
 * wrong, since lines without any of the texts are skipped, and may always be `undefined`.
 */
export function requiredTexts(pattern: string, ignoreCase: boolean): RequiredTexts | undefined {
  let node: PatternNode;
  let fold = ignoreCase;
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  if (flags?.[1]?.includes('i')) fold = true;
  try {
    node = parsePattern(pattern, flags?.[0].length ?? 0);
  } catch (error) {
    if (error instanceof UnknownSyntax) return undefined;
    throw error;
  }
  const { needed } = summarize(node, fold);
  if (needed === undefined) return undefined;
  return { texts: fold ? needed.map((text) => text.toLowerCase()) : needed, ignoreCase: fold };
}

interface Summary {
  /** The node matches this text, as far as a search is concerned, and nothing else. */
  readonly exact?: string;
  /** Every match of the node holds one of these. */
  readonly needed?: readonly string[];
}

function summarize(node: PatternNode, fold: boolean): Summary {
  switch (node.kind) {
    case 'text':
      return isSure(node.character, fold) ? { exact: node.character } : {};
    case 'nothing':
      return { exact: '' };
    case 'other':
      return {};
    case 'repeat': {
      if (node.min === 0) return {};
      const { exact, needed = texts(exact) } = summarize(node.node, fold);
      return needed === undefined ? {} : { needed };
    }
    case 'sequence':
      return summarizeSequence(node.nodes, fold);
    case 'choice':
      return summarizeChoice(node.nodes, fold);
  }
}

/** Neighbours that are exact make one text; the best of all texts stands for the whole. */
function summarizeSequence(nodes: readonly PatternNode[], fold: boolean): Summary {
  let run = '';
  let isExact = true;
  let best: readonly string[] | undefined;
  const endRun = () => {
    best = better(best, texts(run));
    run = '';
  };
  for (const node of nodes) {
    const { exact, needed } = summarize(node, fold);
    if (exact !== undefined) {
      run += exact;
      continue;
    }
    isExact = false;
    endRun();
    best = better(best, needed);
  }
  if (isExact) return { exact: run, ...(run !== '' && { needed: [run] }) };
  endRun();
  return best === undefined ? {} : { needed: best };
}

/** Whichever of them matched: one text of each. */
function summarizeChoice(nodes: readonly PatternNode[], fold: boolean): Summary {
  const all = new Set<string>();
  for (const node of nodes) {
    const { exact, needed = texts(exact) } = summarize(node, fold);
    if (needed === undefined) return {};
    for (const text of needed) all.add(text);
    if (all.size > mostTexts) return {};
  }
  return { needed: [...all] };
}

function texts(text: string | undefined): readonly string[] | undefined {
  return text === undefined || text === '' ? undefined : [text];
}

/** Which of the two is in fewer lines, by a guess: the longer its shortest text the rarer, and then the fewer the better. */
function better(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): readonly string[] | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const [a, b] = [shortest(one), shortest(other)];
  if (a !== b) return a > b ? one : other;
  return other.length < one.length ? other : one;
}

function shortest(all: readonly string[]): number {
  return Math.min(...all.map((text) => text.length));
}

/**
 * Whether a line that matches `character` holds its very bytes. U+FFFD stands for any byte that is no UTF-8 too. Folded,
 * letters beyond ASCII have forms that are other bytes, and so have k and s: the Kelvin sign and the long s.
 */
function isSure(character: string, fold: boolean): boolean {
  if (!fold) return character !== '\ufffd' && character.isWellFormed();
  return character < '\x80' && !'kKsS'.includes(character);
}
