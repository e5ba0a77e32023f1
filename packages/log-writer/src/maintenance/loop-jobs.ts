import type { FileSystem } from '../file-system/file-system.ts';
import type { CompactionPlace, JobRunner } from './compaction-job.ts';
import { makeSegment } from './make-segment.ts';
import { aborted, LoopPace } from './pace.ts';
import { surveyPrunes } from './survey.ts';

/** Does jobs in the thread of the event loop, a few milliseconds at a time. */
export function loopJobs(fs: FileSystem, place: CompactionPlace): JobRunner {
  const paceFor = (signal: AbortSignal): LoopPace => {
    if (signal.aborted) throw aborted(signal.reason);
    return new LoopPace(signal);
  };
  return {
    make: async (job, signal) => await makeSegment(fs, place, job, paceFor(signal)),
    survey: async (job, signal) => await surveyPrunes(fs, place, job, paceFor(signal)),
    // The event loop has its turn between two breaths anyhow, and keeps the process alive meanwhile.
    hurry() {},
    hold() {},
    async close() {},
  };
}
