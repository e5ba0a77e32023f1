import { repairStore } from 'stepwell';
import { exitCodes } from '../exit-codes.ts';
import { plainText } from '../output/plain-text.ts';
import { print } from '../output/print.ts';

export interface RepairFlags {
  /** Absolute path of the store. */
  readonly store: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `stepwell repair`: mends the logs of a store. Answers what to exit with: {@link exitCodes.negative} for damage that stays. */
export async function repair({ store, dryRun, json }: RepairFlags): Promise<number> {
  const report = await repairStore(store, { dryRun });
  const { performed, problems } = report;
  const isDamaged = !performed && problems.length > 0;
  if (json) await print(`${JSON.stringify({ store, ...report })}\n`);
  else {
    for (const { message } of problems) await print(`${plainText(message)}\n`);
    if (performed) await print('Repaired. Opening the store works again.\n');
    else if (isDamaged) await print('Nothing was changed. Without --dry-run this is repaired.\n');
    else await print('The logs are sound.\n');
  }
  return isDamaged ? exitCodes.negative : exitCodes.ok;
}
