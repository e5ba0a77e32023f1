import type { StoreError } from '../errors/store-error.ts';
import { invalid } from '../validation/check-value.ts';
import type { AnyShape, Root } from './check-options.ts';

/** `INVALID_ARGUMENT` for an option that does not exist, with the one that was probably meant. */
export function unknownOption(path: string, name: string, shape: AnyShape, root: Root): StoreError {
  const option = at(path, name);
  const meant = similar(path, name, root);
  const cure =
    meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : `there are ${Object.keys(shape).join(', ')}`;
  return invalid(`there is no ${option}; ${cure}`, { option });
}

function at(path: string, name: string): string {
  return /^[\w$]{1,40}$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name.slice(0, 40))}]`;
}

/** The options whose names come closest, anywhere in the shape; where it was looked for before elsewhere. */
function similar(path: string, name: string, root: Root): readonly string[] {
  const near = [...namesOf(root.shape, root.path)]
    .map((known) => ({ ...known, distance: editDistance(name.toLowerCase(), known.name.toLowerCase()) }))
    .filter((known) => known.distance <= known.name.length / 3);
  const least = Math.min(...near.map(({ distance }) => distance));
  const nearest = near.filter(({ distance }) => distance === least);
  const here = nearest.filter((known) => known.path === path);
  return (here.length > 0 ? here : nearest).map((known) => at(known.path, known.name));
}

function* namesOf(
  shape: AnyShape,
  path: string,
): Generator<{ readonly path: string; readonly name: string }> {
  for (const [name, within] of Object.entries(shape)) {
    yield { path, name };
    if (typeof within === 'object') yield* namesOf(within, `${path}.${name}`);
  }
}

/** How many letters are to be put in, taken away or changed to make one of the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  // Longer than any name: too far away to be worth the count.
  if (from.length > 40) return from.length;
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
