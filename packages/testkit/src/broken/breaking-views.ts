import type { Driver, Pin, RecordOp, RecordView } from '@stepwell/core';
import { type Broken, overlay } from './broken-driver.ts';

/** Breaks the view of every snapshot. */
export function viewing(
  name: string,
  caughtBy: RegExp,
  mistake: (view: RecordView, inner: Driver<RecordView, RecordOp>) => Partial<RecordView>,
): Broken<RecordView, RecordOp> {
  return pinning(name, caughtBy, (pin, inner) => ({ view: overlay(pin.view, mistake(pin.view, inner)) }));
}

/** Breaks every pin. */
export function pinning(
  name: string,
  caughtBy: RegExp,
  mistake: (pin: Pin<RecordView>, inner: Driver<RecordView, RecordOp>) => Partial<Pin<RecordView>>,
): Broken<RecordView, RecordOp> {
  return {
    name,
    caughtBy,
    breaks: (inner) => ({
      pin: async () => {
        const pin = await inner.pin();
        return overlay(pin, mistake(pin, inner));
      },
    }),
  };
}
