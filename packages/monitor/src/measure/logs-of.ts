import type { LogView } from '@stepwell/core';

/** The logs that a view shows beside records; undefined where there are none. */
export function logsOf(view: unknown): LogView | undefined {
  const logs = typeof view === 'object' && view !== null && 'logs' in view ? view.logs : undefined;
  return isLogView(logs) ? logs : undefined;
}

function isLogView(value: unknown): value is LogView {
  if (typeof value !== 'object' || value === null) return false;
  const methods = value as Readonly<Record<string, unknown>>;
  return ['lines', 'info', 'streams'].every((name) => typeof methods[name] === 'function');
}
