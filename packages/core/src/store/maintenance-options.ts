import type { CollectOptions, CompactOptions, MaintenanceOptions } from '../contract/maintenance.ts';
import { abortSignal, flag } from '../options/option-checks.ts';
import type { OptionShape } from '../options/option-shape.ts';

/** What each option of a maintenance call may be. */
export const maintenanceShape: OptionShape<MaintenanceOptions> = { signal: abortSignal };

export const collectShape: OptionShape<CollectOptions> = { ...maintenanceShape, dryRun: flag };

export const compactShape: OptionShape<CompactOptions> = { ...maintenanceShape, dryRun: flag, full: flag };
