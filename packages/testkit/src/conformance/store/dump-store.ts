import { dumpLogs, type LogDump } from '../logs/dump-logs.ts';
import { dumpRecords, type RecordDump } from '../records/dump-records.ts';
import type { CombinedRecordView } from './group.ts';

/** Everything that a view of both sides shows. */
export async function dumpStore(view: CombinedRecordView): Promise<{ records: RecordDump; logs: LogDump }> {
  return { records: await dumpRecords(view.records), logs: await dumpLogs(view.logs) };
}
