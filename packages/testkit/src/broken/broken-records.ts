import { type Execution, putExecution, type RecordOp, type RecordView, remove } from '@stepwell/core';
import type { Broken } from './broken-driver.ts';

/** Breaks what is stored, op by op. */
function storing(
  name: string,
  caughtBy: RegExp,
  mistake: (op: RecordOp) => readonly RecordOp[],
): Broken<RecordView, RecordOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      prepare: async (batches, meta) => {
        const meddled = batches.map((batch) => ({ ...batch, ops: batch.ops.flatMap(mistake) }));
        const prepared = await inner.prepare(meddled, meta);
        const verdicts = prepared.verdicts.map((verdict, place) =>
          verdict.state === 'ready'
            ? { ...verdict, results: (batches[place]?.ops ?? []).map(() => undefined) }
            : verdict,
        );
        return { ...prepared, verdicts };
      },
    }),
  };
}

/** Breaks the executions that are stored. */
function storingExecutions(
  name: string,
  caughtBy: RegExp,
  mistake: (execution: Execution) => Execution,
): Broken<RecordView, RecordOp> {
  return storing(name, caughtBy, (op) => {
    if (op.type !== 'put' || op.kind !== 'execution') return [op];
    return [putExecution(mistake(op.record), { resume: op.resume })];
  });
}

/** Mistakes in what is stored and how long it stays. */
export const brokenRecords: readonly Broken<RecordView, RecordOp>[] = [
  storingExecutions(
    'stores empty text as null',
    /^S1: what is left out comes back as its default/,
    (record) => ({
      ...record,
      command: record.command === '' ? null : record.command,
    }),
  ),
  storingExecutions('rounds large numbers', /^S1: the largest and smallest numbers/, (record) => ({
    ...record,
    exitCode: record.exitCode === null ? null : Math.trunc(Math.fround(record.exitCode)),
  })),
  storingExecutions('loses keys of the prototype', /^S1: keys of the prototype/, (record) => {
    const environment: Record<string, string> = {};
    for (const [key, value] of Object.entries(record.environment)) environment[key] = value;
    return { ...record, environment };
  }),
  storingExecutions('normalises text', /^S1: hostile ids/, (record) => ({
    ...record,
    id: record.id.normalize('NFC'),
  })),
  storingExecutions('drops repeated tags', /^S1: every field/, (record) => ({
    ...record,
    tags: [...new Set(record.tags)],
  })),
  storingExecutions('cuts long text', /^S1: a text of a million characters/, (record) => ({
    ...record,
    name: record.name.slice(0, 65_536),
  })),
  storing(
    'replaces an execution by removing it first',
    /^SF-35: putting an execution again keeps its steps/,
    (op) => (op.type === 'put' && op.kind === 'execution' ? [remove('execution', op.record.id), op] : [op]),
  ),
  storing('lets any interrupted record run again', /^SF-6[01]: .* moves as the status machine says/, (op) =>
    op.type === 'put' ? [{ ...op, resume: true }] : [op],
  ),
  storing('ignores the removal of facts', /^X-24|^SD-19: after any sequence/, (op) =>
    op.type === 'remove-fact' ? [] : [op],
  ),
  {
    name: 'brings removed executions back when it is opened',
    caughtBy: /^SF-27: what was removed stays removed after a reopen/,
    breaks: (inner, disk) => ({
      prepare: async (batches, meta) => {
        const before = disk.records;
        const prepared = await inner.prepare(batches, meta);
        return {
          ...prepared,
          commit: async (seal) => {
            await prepared.commit(seal);
            for (const op of batches.flatMap(({ ops }) => ops)) {
              if (op.type === 'remove' && op.kind === 'execution')
                graveyards.set(disk, before?.execution.get(op.id));
            }
          },
        };
      },
      open: async (context) => {
        const head = await inner.open(context);
        const risen = graveyards.get(disk);
        if (disk.records !== undefined && risen !== undefined) {
          disk.records = { ...disk.records, execution: disk.records.execution.set(risen.id, risen) };
        }
        return head;
      },
    }),
  },
  {
    name: 'leaves the steps of a removed execution',
    caughtBy: /^SF-27: an execution takes its steps/,
    breaks: (inner, disk) => ({
      prepare: async (batches, meta) => {
        const before = disk.records;
        const prepared = await inner.prepare(batches, meta);
        return {
          ...prepared,
          commit: async (seal) => {
            await prepared.commit(seal);
            const removes = batches.some(({ ops }) =>
              ops.some((op) => op.type === 'remove' && op.kind === 'execution'),
            );
            if (removes && disk.records && before) disk.records = { ...disk.records, step: before.step };
          },
        };
      },
    }),
  },
  {
    name: 'keeps the ops that it is given instead of copies',
    caughtBy: /^S4: an op by hand is stored as it was/,
    breaks: () => ({ copy: (op) => op }),
  },
];

const graveyards = new WeakMap<object, Execution | undefined>();
