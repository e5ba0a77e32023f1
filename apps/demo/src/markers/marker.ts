import type { ParameterValue } from './parameter-value.ts';

/** What a line of output says about the run that prints it, beside being a line of output. */
export type Marker =
  /** `STEP_START: name [key=value]…` */
  | { readonly kind: 'step-start'; readonly name: string; readonly parameters: Parameters }
  /** `STEP_COMPLETE: name [key=value]…` */
  | { readonly kind: 'step-complete'; readonly name: string; readonly parameters: Parameters }
  /** `STEP_ERROR: message` */
  | { readonly kind: 'step-error'; readonly message: string }
  /** `ARTIFACT: path:description` */
  | { readonly kind: 'artifact'; readonly path: string; readonly description: string | null }
  /** `META: key:value` */
  | { readonly kind: 'meta'; readonly key: string; readonly value: ParameterValue }
  /** `::group::name` */
  | { readonly kind: 'group'; readonly name: string }
  /** `::endgroup::` */
  | { readonly kind: 'end-group' }
  /** `::error::message` and `::warning::message` */
  | { readonly kind: 'annotation'; readonly level: 'error' | 'warning'; readonly message: string }
  /** A marker that cannot be understood (SF-77), or something that looks like a misspelt one (SF-69). */
  | { readonly kind: 'malformed'; readonly problem: string };

/** SF-71: the last of several with one key wins. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/**
 * SF-70: where a marker may stand. `'strict'`: at the start of a line, in capitals. `'lenient'`: after any prefix, in
 * any case, so that a sentence about markers is taken for one. `'off'`: nowhere.
 */
export type MarkerMode = 'strict' | 'lenient' | 'off';

export const markerModes: readonly MarkerMode[] = ['strict', 'lenient', 'off'];
