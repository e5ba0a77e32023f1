import fc from 'fast-check';

/**
 * Checks a property over random inputs. A failure names its seed; `SEED=<n>` in the environment repeats exactly that
 * run, and `RUNS=<n>` multiplies the number of inputs.
 */
export async function checkProperty<Inputs>(
  property: fc.IAsyncProperty<Inputs>,
  runs: number,
): Promise<void> {
  const fixed = numberFrom('SEED');
  const seed = fixed ?? Math.trunc(Math.random() * 0x7fffffff);
  const result = await fc.check(property, { seed, numRuns: runs * (numberFrom('RUNS') ?? 1) });
  if (!result.failed) return;
  const cause: unknown = result.errorInstance;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new Error(`${reason}\n\nSEED=${seed} repeats this. ${fc.defaultReportMessage(result) ?? ''}`, {
    cause,
  });
}

function numberFrom(variable: string): number | undefined {
  const text = process.env[variable];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Error(`${variable} must be an integer, not ${JSON.stringify(text)}`);
  return value;
}
