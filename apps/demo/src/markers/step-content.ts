import type { Parameters } from './marker.ts';
import { matchBrackets } from './match-brackets.ts';
import { type ParameterValue, parameterValue } from './parameter-value.ts';

/** What may be escaped in the name of a step; any other backslash stands for itself. */
const escapable = /[[\]{}\\-]/;

export interface StepContent {
  readonly name: string;
  readonly parameters: Parameters;
}

/**
 * SF-71, SF-73: a name, then parameters in any of three styles: `[key=value]`, `{key:value}`, `--key=value`.
 *
 * Only a well-formed parameter ends the name: `build [linux]` is a name, `build [os=linux]` is not. A backslash keeps a
 * bracket or a dash in the name: `build \[os=linux\]`. What stands between parameters is ignored.
 */
export function parseStepContent(content: string): StepContent {
  const closing = matchBrackets(content);
  const parameters: Record<string, ParameterValue> = {};
  let name = '';
  let inName = true;
  for (let at = 0; at < content.length; ) {
    const found = parameterAt(content, at, closing);
    if (found !== undefined) {
      // Not an assignment: `__proto__` is a key like any other.
      Object.defineProperty(parameters, found.key, { value: found.value, ...plain });
      inName = false;
      at = found.end;
      continue;
    }
    const escaped = content[at] === '\\' && escapable.test(content[at + 1] ?? '');
    if (escaped) at += 1;
    if (inName) name += content[at];
    at += 1;
  }
  return { name: name.trim(), parameters };
}

const plain = { writable: true, enumerable: true, configurable: true } as const;

interface Found {
  readonly key: string;
  readonly value: ParameterValue;
  readonly end: number;
}

function parameterAt(content: string, at: number, closing: ReadonlyMap<number, number>): Found | undefined {
  const character = content[at];
  if (character === '[') return bracketed(content, at, closing, /(\w{1,100})=/y);
  if (character === '{') return bracketed(content, at, closing, /(\w{1,100}):/y);
  if (character === '-' && (at === 0 || /\s/.test(content.charAt(at - 1)))) return dashed(content, at);
  return undefined;
}

function bracketed(
  content: string,
  at: number,
  closing: ReadonlyMap<number, number>,
  start: RegExp,
): Found | undefined {
  const close = closing.get(at);
  if (close === undefined) return undefined;
  start.lastIndex = at + 1;
  const key = start.exec(content)?.[1];
  if (key === undefined || start.lastIndex > close) return undefined;
  return { key, value: parameterValue(content.slice(start.lastIndex, close).trim()), end: close + 1 };
}

function dashed(content: string, at: number): Found | undefined {
  const pattern = /--(\w{1,100})=(?:"([^"]*)"|(\S*))/y;
  pattern.lastIndex = at;
  const match = pattern.exec(content);
  if (match?.[1] === undefined) return undefined;
  // What is quoted was meant as text.
  return { key: match[1], value: match[2] ?? parameterValue(match[3] ?? ''), end: pattern.lastIndex };
}
