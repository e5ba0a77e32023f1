import type { Store } from '@stepwell/core';
import fc from 'fast-check';
import { checkProperty } from './check-property.ts';
import { SideBySide } from './side-by-side.ts';
import type { TestBed } from './test-bed.ts';

/** What a model-based test needs to know of a kind of store. */
export interface ModelSpec<View, Op> {
  /** Makes the reference, empty. */
  openReference(): Promise<Store<View, Op>>;
  readonly batch: fc.Arbitrary<Op[]>;
  /** Everything that a view shows, in a form that `deepStrictEqual` can compare. */
  dump(view: View): Promise<unknown>;
}

/**
 * Runs random commands against a store and the reference: after each one both must have answered alike and must show
 * the same, and every open snapshot must still show what it showed. A failure is shrunk and names its seed.
 */
export async function checkAgainstModel<View, Op>(
  bed: TestBed<View, Op>,
  spec: ModelSpec<View, Op>,
): Promise<void> {
  const commands = fc.commands(commandsOf(spec), { maxCommands: 30, size: 'max' });
  await checkProperty(
    fc.asyncProperty(commands, async (plan) => {
      await bed.elsewhere(async (fresh) => {
        const both = await SideBySide.open(fresh, spec);
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: both }), plan);
        } finally {
          await both.close();
        }
      });
    }),
    20,
  );
}

type ModelCommand<View, Op> = fc.AsyncCommand<object, SideBySide<View, Op>>;

function commandsOf<View, Op>(spec: ModelSpec<View, Op>): fc.Arbitrary<ModelCommand<View, Op>>[] {
  const anyTransaction = fc.option(fc.constantFrom('t1', 't2', 't3'), { nil: undefined, freq: 3 });
  const write = fc
    .tuple(spec.batch, anyTransaction)
    .map(([ops, id]) =>
      command<View, Op>(`write(${show(ops)}, ${id})`, async (both) => await both.write(ops, id)),
    );
  return [
    // Listed more than once, since most of what can go wrong starts with a write.
    write,
    write,
    write,
    fc.constant(command<View, Op>('reopen()', async (both) => await both.reopen())),
    fc.constant(command<View, Op>('openSnapshot()', async (both) => await both.openSnapshot())),
    fc
      .nat(5)
      .map((place) => command(`closeSnapshot(${place})`, async (both) => await both.closeSnapshot(place))),
  ];
}

function command<View, Op>(
  name: string,
  run: (both: SideBySide<View, Op>) => Promise<void>,
): ModelCommand<View, Op> {
  return { check: () => true, run: async (_, both) => await run(both), toString: () => name };
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Uint8Array ? `bytes ${[...part].join(' ')}` : part,
  );
}
