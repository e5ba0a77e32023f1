import { isStoreError } from '../errors/store-error.ts';
import { describe, invalid } from '../validation/check-value.ts';
import { isPlainObject } from '../validation/is-plain-object.ts';
import type { OptionCheck, OptionShape } from './option-shape.ts';
import { unknownOption } from './unknown-option.ts';

/** A shape as it is walked, whatever its options are. */
export interface AnyShape {
  readonly [name: string]: OptionCheck<unknown> | AnyShape;
}

/**
 * The options that were given, each read once and checked; those that are `undefined` are left out. Only what an object
 * itself has counts: nothing is taken from a prototype.
 *
 * @param path what the options are called in messages
 * @throws `INVALID_ARGUMENT` for a name that does not exist, at any depth, or a value that cannot be; its message and
 * `details.option` name the place, e.g. `options.group.ops`
 */
export function checkOptions<Options>(
  options: unknown,
  shape: OptionShape<Options>,
  path = 'options',
): Options {
  const root = shape as unknown as AnyShape;
  // Every name was looked up in the shape, and every value came from its check.
  return read(options, path, (at, given) => walk(given, root, at, { shape: root, path })) as Options;
}

/** Where a check began: names that do not exist are looked for in all of it. */
export interface Root {
  readonly shape: AnyShape;
  readonly path: string;
}

function walk(options: unknown, shape: AnyShape, path: string, root: Root): Record<string, unknown> {
  if (!isPlainObject(options)) {
    throw invalid(`${path} must be a plain object, not ${describe(options)}`, { option: path });
  }
  const checked: Record<string, unknown> = {};
  for (const name of Object.keys(options)) {
    const within = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (within === undefined) throw unknownOption(path, name, shape, root);
    const value = read(options, `${path}.${name}`, (at) => {
      const given = options[name];
      if (given === undefined) return undefined;
      return typeof within === 'function' ? within(given, at) : walk(given, within, at, root);
    });
    if (value !== undefined) checked[name] = value;
  }
  return checked;
}

/** What cannot even be looked at, like a getter that throws, is as wrong as a wrong value. */
function read<Given, Value>(given: Given, path: string, look: (path: string, given: Given) => Value): Value {
  try {
    return look(path, given);
  } catch (error) {
    if (isStoreError(error)) throw error;
    throw invalid(`${path} cannot be read: ${String(error)}`, { option: path }, error);
  }
}
