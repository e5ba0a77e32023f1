/**
 * Runs every step, even when one before it failed, so that a failing part never keeps the others from letting go;
 * then throws the first failure.
 */
export async function runAll(...steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
