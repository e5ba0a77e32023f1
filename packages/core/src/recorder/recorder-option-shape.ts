import { callback, clock, having, milliseconds, wholeFrom } from '../options/option-checks.ts';
import type { OptionShape } from '../options/option-shape.ts';
import type { RecorderOptions } from './recorder.ts';

/** What each option of a recorder may be. */
export const recorderOptionShape: OptionShape<RecorderOptions> = {
  contents: having('put'),
  now: clock,
  newId: callback,
  lineDelay: milliseconds,
  lineBytes: wholeFrom(1),
};
