import { isEnd, type StepStatus } from '../records/status.ts';

/** What ends by itself when the work it stands for does. */
interface Ends {
  readonly record: { readonly status: StepStatus };
  complete(): Promise<void>;
  fail(reason: unknown): Promise<void>;
}

/**
 * Runs `work`, then completes `recorded`, or fails it with the error, which goes on to the caller; unless the work
 * ended it itself.
 */
export async function runRecorded<Recorded extends Ends, Result>(
  recorded: Recorded,
  work: (recorded: Recorded) => Result | Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await work(recorded);
  } catch (error) {
    if (!isEnd(recorded.record.status)) await failKeeping(recorded, error);
    throw error;
  }
  if (!isEnd(recorded.record.status)) await recorded.complete();
  return result;
}

/** A failure that cannot be stored must not hide the failure itself. */
async function failKeeping(recorded: Ends, error: unknown): Promise<void> {
  try {
    await recorded.fail(error);
  } catch (storing) {
    throw new AggregateError([error, storing], 'the work failed, and so did recording that', {
      cause: error,
    });
  }
}
