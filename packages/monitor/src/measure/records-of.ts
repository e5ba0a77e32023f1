import type { RecordView } from '@stepwell/core';

/** The records that a view shows, alone or beside logs; undefined for a view of something else. */
export function recordsOf(view: unknown): RecordView | undefined {
  if (isRecordView(view)) return view;
  const records = typeof view === 'object' && view !== null && 'records' in view ? view.records : undefined;
  return isRecordView(records) ? records : undefined;
}

function isRecordView(value: unknown): value is RecordView {
  if (typeof value !== 'object' || value === null) return false;
  const methods = value as Readonly<Record<string, unknown>>;
  return ['get', 'list', 'count', 'facts'].every((name) => typeof methods[name] === 'function');
}
