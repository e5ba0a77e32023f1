import { StoreError } from '../errors/store-error.ts';

/** Longest id, stream name or fact term in UTF-16 units: all of them are keys of an index. */
const maxKeyLength = 1024;

/** Longest single text of a record, in UTF-16 units (16 Mi): logs and artifacts are for what is larger. */
const maxTextLength = 16 * 1024 * 1024;

/** Deepest nesting of metadata: deeper trees overflow the stack of those who walk them. */
export const maxDepth = 100;

/** Longest message, in UTF-16 units: what was given may be named in it, however long that is. */
const maxMessage = 480;

export function invalid(message: string, details: Record<string, unknown> = {}, cause?: unknown): StoreError {
  return new StoreError('INVALID_ARGUMENT', clip(message, maxMessage), { details, cause });
}

/** The beginning and the end of a text that is too long: in a message, the first says where and the last what. */
function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const half = Math.floor((max - 3) / 2);
  return `${text.slice(0, half)} … ${text.slice(-half)}`.toWellFormed();
}

/** The name of a field in a message. */
export function quote(name: string): string {
  return JSON.stringify(clip(name, 80));
}

/**
 * Text that every backend can give back as it went in: well-formed UTF-16 without NUL, since a lone surrogate has no
 * UTF-8 form and SQLite's own functions stop at NUL.
 */
export function checkText(value: unknown, field: string, maxLength: number = maxTextLength): number {
  if (typeof value !== 'string') throw invalid(`${field} must be text, not ${describe(value)}`, { field });
  if (value.length > maxLength) {
    throw invalid(`${field} is ${value.length} characters long; at most ${maxLength} are kept`, { field });
  }
  if (value.includes('\0')) throw invalid(`${field} holds a NUL character`, { field });
  if (!value.isWellFormed())
    throw invalid(`${field} holds a lone surrogate, which has no UTF-8 form`, { field });
  return value.length;
}

/** A non-empty text that can be a key. */
export function checkKey(value: unknown, field: string): number {
  const length = checkText(value, field, maxKeyLength);
  if (length === 0) throw invalid(`${field} must not be empty`, { field });
  return length;
}

/** An integer that survives JSON, SQLite and JavaScript alike. Answers its size. */
export function checkInteger(value: unknown, field: string, min: number = Number.MIN_SAFE_INTEGER): number {
  // -0 would come back as 0.
  if (!Number.isSafeInteger(value) || Object.is(value, -0))
    throw invalid(`${field} must be a safe integer, not ${describe(value)}`, { field });
  if ((value as number) < min)
    throw invalid(`${field} must be at least ${min}, not ${String(value)}`, { field });
  return 8;
}

/** A time in milliseconds since the Unix epoch, within the range of `Date`. */
export function checkTime(value: unknown, field: string): number {
  checkInteger(value, field, 0);
  if ((value as number) > 8.64e15) throw invalid(`${field} lies beyond the range of Date`, { field });
  return 8;
}

export function checkOneOf(value: unknown, allowed: readonly string[], field: string): void {
  if (typeof value !== 'string' || !allowed.includes(value)) {
    throw invalid(`${field} must be one of ${allowed.join(', ')}, not ${describe(value)}`, { field });
  }
}

export function checkBoolean(value: unknown, field: string): void {
  if (typeof value !== 'boolean')
    throw invalid(`${field} must be true or false, not ${describe(value)}`, { field });
}

/** A plain object of JSON values. Answers its rough size. What cannot be read is for {@link readGiven} to refuse. */
export function checkJsonObject(value: unknown, field: string): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(`${field} must be a plain object, not ${describe(value)}`, { field });
  }
  return checkJson(value, field, 0);
}

function checkJson(value: unknown, field: string, depth: number): number {
  if (depth > maxDepth)
    throw invalid(`${field} nests deeper than ${maxDepth} levels, or refers to itself`, { field });
  switch (typeof value) {
    case 'string':
      // JSON escapes NUL, so it may stand inside.
      if (value.length > maxTextLength)
        throw invalid(`${field} holds a text over ${maxTextLength} characters`, { field });
      if (!value.isWellFormed())
        throw invalid(`${field} holds a lone surrogate, which has no UTF-8 form`, { field });
      return value.length + 2;
    case 'number':
      if (!Number.isFinite(value)) throw invalid(`${field} must be finite, not ${value}`, { field });
      if (Object.is(value, -0)) throw invalid(`${field} is -0, which JSON cannot hold`, { field });
      return 8;
    case 'boolean':
      return 5;
    case 'object':
      return value === null ? 4 : checkJsonTree(value, field, depth);
    default:
      throw invalid(`${field} holds ${describe(value)}, which JSON cannot hold`, { field });
  }
}

function checkJsonTree(value: object, field: string, depth: number): number {
  let size = 2;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      size += checkJson(value[index], `${field}[${index}]`, depth + 1) + 1;
    }
    return size;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw invalid(`${field} must be made of plain objects, not ${describe(value)}`, { field });
  }
  for (const key of Object.keys(value)) {
    if (!key.isWellFormed()) throw invalid(`a key of ${field} holds a lone surrogate`, { field });
    size += key.length + 4 + checkJson((value as Record<string, unknown>)[key], `${field}.${key}`, depth + 1);
  }
  return size;
}

/** A value in an error message: its type, or itself when it is short. Never throws, and is short, whatever the value. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value.length <= 40 ? JSON.stringify(value) : 'a long text';
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  // Written out, a large one takes seconds.
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? String(value) : 'a large bigint';
  return typeof value === 'object' ? describeObject(value) : typeof value;
}

function describeObject(value: object): string {
  try {
    if (Array.isArray(value)) return 'an array';
    return `an object (${clip(String(value.constructor?.name ?? 'no prototype'), 40)})`;
  } catch {
    // A getter or a proxy. What it throws is not what is being told.
    return 'an object that cannot be read';
  }
}
