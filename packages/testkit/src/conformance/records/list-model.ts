import {
  type Artifact,
  type Execution,
  executionStatuses,
  newArtifact,
  newExecution,
  newStep,
  putArtifact,
  putExecution,
  putStep,
  type RecordFilter,
  type RecordKind,
  type RecordOp,
  type RecordQuery,
  type Step,
  stepStatuses,
} from '@stepwell/core';
import fc from 'fast-check';
import { someTime } from './samples.ts';

/** What the list tests store: few distinct values, so that filters and ties hit often. */
export interface Library {
  readonly execution: readonly Execution[];
  readonly step: readonly Step[];
  readonly artifact: readonly Artifact[];
}

const names = ['alpha', 'beta', "x' OR '1'='1", '%', 'Alpha'] as const;
const users = [null, 'ann', 'bob'] as const;

function pick<Value>(values: readonly Value[], place: number): Value {
  return values[place % values.length] as Value;
}

export const library: Library = {
  execution: Array.from({ length: 30 }, (_, place) =>
    newExecution({
      id: `e${(place * 7) % 30}`,
      name: pick(names, place),
      createdAt: someTime + (place % 6),
      status: pick(executionStatuses, place),
      user: pick(users, place),
      session: place % 4 === 0 ? 'session-1' : null,
      tags: place % 3 === 0 ? ['red', 'green'] : place % 5 === 0 ? ['green'] : [],
    }),
  ),
  step: Array.from({ length: 24 }, (_, place) =>
    newStep({
      id: `s${(place * 5) % 24}`,
      executionId: `e${place % 4}`,
      name: pick(names, place),
      index: Math.floor(place / 4),
      createdAt: someTime - place,
      status: pick(stepStatuses, place),
    }),
  ),
  artifact: Array.from({ length: 20 }, (_, place) =>
    newArtifact({
      id: `a${(place * 3) % 20}`,
      executionId: `e${place % 3}`,
      stepId: place % 2 === 0 ? `s${place % 5}` : null,
      name: pick(names, place),
      filePath: 'x',
      createdAt: someTime + (place % 4),
      tags: place % 2 === 0 ? ['red'] : [],
    }),
  ),
};

export const libraryOps: readonly RecordOp[] = [
  ...library.execution.map((record) => putExecution(record)),
  ...library.step.map((record) => putStep(record)),
  ...library.artifact.map((record) => putArtifact(record)),
];

const idsOf = (prefix: string): fc.Arbitrary<string[]> =>
  fc.array(
    fc.integer({ min: 0, max: 35 }).map((place) => `${prefix}${place}`),
    { maxLength: 12 },
  );
const anyName = fc.constantFrom(...names, 'nobody', "'");
const anyTag = fc.constantFrom('red', 'green', 'blue');
const anyParent = fc.integer({ min: 0, max: 5 }).map((place) => `e${place}`);
const anyMoment = fc.integer({ min: -2, max: 8 }).map((offset) => someTime + offset);

/** Any filter that means something to the kind. */
export function anyFilter(kind: RecordKind): fc.Arbitrary<RecordFilter> {
  const fields: Record<string, fc.Arbitrary<unknown>> = { ids: idsOf(kind.charAt(0)), name: anyName };
  if (kind !== 'artifact') fields.status = fc.subarray([...stepStatuses]);
  if (kind === 'execution') {
    Object.assign(fields, {
      user: fc.constantFrom('ann', 'bob', ''),
      session: fc.constantFrom('session-1', 'session-2'),
    });
  }
  if (kind !== 'step')
    Object.assign(fields, { tag: anyTag, createdFrom: anyMoment, createdBefore: anyMoment });
  if (kind !== 'execution') fields.executionId = anyParent;
  if (kind === 'artifact') fields.stepId = fc.integer({ min: 0, max: 5 }).map((place) => `s${place}`);
  // Few conditions at a time: many together fit nothing, and prove nothing.
  return fc
    .subarray(Object.entries(fields), { maxLength: 3 })
    .chain((chosen) => fc.record(Object.fromEntries(chosen))) as fc.Arbitrary<RecordFilter>;
}

/** Any query of the kind; where it begins need be no record's place. */
export function anyQuery(kind: RecordKind): fc.Arbitrary<RecordQuery> {
  const id = fc.integer({ min: 0, max: 35 }).map((place) => `${kind.charAt(0)}${place}`);
  const paging = fc.record(
    {
      order: fc.constantFrom('newest' as const, 'oldest' as const),
      limit: fc.integer({ min: 1, max: 12 }),
      after:
        kind === 'step'
          ? fc.record({ id, index: fc.integer({ min: -1, max: 7 }) })
          : fc.record({ id, createdAt: anyMoment }),
    },
    { requiredKeys: [] },
  );
  return fc.tuple(anyFilter(kind), paging).map(([filter, rest]) => ({ ...filter, ...rest }));
}

type AnyRecord = Partial<Execution> &
  Partial<Omit<Step, keyof Execution>> &
  Partial<Omit<Artifact, keyof Execution>>;

/** The ids that a query must list, by plain filtering and sorting: independent of any backend, the reference included. */
export function expectedIds(kind: RecordKind, query: RecordQuery): string[] {
  const records = library[kind] as readonly (AnyRecord & { readonly id: string })[];
  const fits = records.filter((record) =>
    Object.entries(query).every(([field, wanted]) => {
      if (wanted === undefined || ['order', 'limit', 'after'].includes(field)) return true;
      if (field === 'ids') return (wanted as string[]).includes(record.id);
      if (field === 'status') return (wanted as unknown[]).includes(record.status);
      if (field === 'tag') return record.tags?.includes(wanted as string) ?? false;
      if (field === 'createdFrom') return (record.createdAt ?? 0) >= (wanted as number);
      if (field === 'createdBefore') return (record.createdAt ?? 0) < (wanted as number);
      return record[field as keyof AnyRecord] === wanted;
    }),
  );
  const place = (record: AnyRecord): number => (kind === 'step' ? record.index : record.createdAt) ?? 0;
  const order = query.order ?? (kind === 'execution' ? 'newest' : 'oldest');
  const direction = order === 'newest' ? -1 : 1;
  const compare = (a: AnyRecord, b: AnyRecord): number =>
    direction * (place(a) - place(b) || ((a.id ?? '') < (b.id ?? '') ? -1 : a.id === b.id ? 0 : 1));
  const { after } = query;
  return fits
    .filter((record) => after === undefined || compare(record, after) > 0)
    .toSorted(compare)
    .map(({ id }) => id)
    .slice(0, query.limit);
}
