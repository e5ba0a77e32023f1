import type { MaintenanceReport } from '../contract/maintenance.ts';

/** What the parts of a store report, as one. Each reason says which part it is of: one may have done what another had no reason to. */
export function mergeReports(reports: Readonly<Record<string, MaintenanceReport>>): MaintenanceReport {
  const all = Object.values(reports);
  const reasons = Object.entries(reports).flatMap(([part, { reason }]) =>
    reason === undefined ? [] : [`${part}: ${reason}`],
  );
  return {
    performed: all.some(({ performed }) => performed),
    ...(reasons.length > 0 && { reason: reasons.join('; ') }),
    measures: all.flatMap(({ measures }) => measures),
    problems: all.flatMap(({ problems }) => problems),
  };
}
