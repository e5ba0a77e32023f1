import type { LogOp, LogView } from '@stepwell/core';
import { type Broken, overlay } from './broken-driver.ts';

/** Breaks the view of every snapshot. */
export function viewing(
  name: string,
  caughtBy: RegExp,
  mistake: (view: LogView) => Partial<LogView>,
): Broken<LogView, LogOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      pin: async () => {
        const pin = await inner.pin();
        return overlay(pin, { view: overlay(pin.view, mistake(pin.view)) });
      },
    }),
  };
}
