import type { Marker, Parameters } from '../../markers/marker.ts';
import type { ParameterValue } from '../../markers/parameter-value.ts';
import { reservedMetaKey } from '../../markers/parse-marker.ts';

/** Where a run stands, as far as its markers are concerned. */
export interface StepsState {
  /** The step that is open, and what opened it. */
  readonly open: {
    readonly name: string;
    readonly by: 'step-start' | 'group';
    readonly stopOnError: boolean;
  } | null;
}

export const noSteps: StepsState = { open: null };

/** Something to be done to the record of the run. */
export type Effect =
  | { readonly do: 'start-step'; readonly name: string; readonly parameters: Parameters }
  | { readonly do: 'complete-step' }
  | { readonly do: 'fail-step'; readonly message: string }
  /** To the open step, or else to the run. */
  | { readonly do: 'keep-artifact'; readonly path: string; readonly description: string | null }
  | { readonly do: 'describe'; readonly metadata: Readonly<Record<string, ParameterValue>> }
  | { readonly do: 'warn'; readonly message: string }
  /** Ends the command. */
  | { readonly do: 'stop'; readonly message: string };

/** What a marker leads to. Its own line is logged between `before` and `after`: with the step it begins or ends. */
export interface Reaction {
  readonly state: StepsState;
  readonly level: 'info' | 'warning' | 'error';
  readonly before: readonly Effect[];
  readonly after: readonly Effect[];
}

/**
 * SF-84: what the next marker means where the run stands. Pure, and total: any sequence of markers gives a consistent
 * tree, since a marker that does not fit becomes a warning and changes nothing.
 *
 * Steps follow one another: a new one completes the one before. A `::group::` is a step only outside a step that
 * `STEP_START` opened; inside one it is a line, as the tools that print groups know nothing of the steps around them.
 */
export function react(state: StepsState, marker: Marker): Reaction {
  const { open } = state;
  switch (marker.kind) {
    case 'step-start': {
      const { parameters, warnings } = withoutReserved(marker.parameters);
      return {
        state: {
          open: { name: marker.name, by: 'step-start', stopOnError: parameters.stop_on_error === true },
        },
        level: warnings.length === 0 ? 'info' : 'warning',
        before: [
          ...(open === null ? [] : [completeStep]),
          { do: 'start-step', name: marker.name, parameters },
        ],
        after: warnings,
      };
    }
    case 'step-complete': {
      const { parameters, warnings } = withoutReserved(marker.parameters);
      if (open?.name !== marker.name) return refuse(state, notCurrent(`STEP_COMPLETE: ${marker.name}`, open));
      return {
        state: noSteps,
        level: warnings.length === 0 ? 'info' : 'warning',
        before: [],
        after: [
          ...(Object.keys(parameters).length === 0 ? [] : [describe(parameters)]),
          ...warnings,
          completeStep,
        ],
      };
    }
    case 'step-error':
      if (open === null) return { ...refuse(state, notCurrent('STEP_ERROR', open)), level: 'error' };
      return {
        state: noSteps,
        level: 'error',
        before: [],
        after: [
          { do: 'fail-step', message: marker.message },
          ...(open.stopOnError ? [{ do: 'stop', message: `${open.name}: ${marker.message}` } as const] : []),
        ],
      };
    case 'group':
      if (open?.by === 'step-start') return only(state);
      return {
        state: { open: { name: marker.name, by: 'group', stopOnError: false } },
        level: 'info',
        before: [
          ...(open === null ? [] : [completeStep]),
          { do: 'start-step', name: marker.name, parameters: {} },
        ],
        after: [],
      };
    case 'end-group':
      if (open?.by !== 'group') return only(state);
      return { state: noSteps, level: 'info', before: [], after: [completeStep] };
    case 'artifact':
      return only(state, { do: 'keep-artifact', path: marker.path, description: marker.description });
    case 'meta':
      return only(state, describe({ [marker.key]: marker.value }));
    case 'annotation':
      return { ...only(state), level: marker.level };
    case 'malformed':
      return refuse(state, marker.problem);
  }
}

const completeStep: Effect = { do: 'complete-step' };

/** A parameter may not have the key under which Stepwell speaks for itself. The step is one without it. */
function withoutReserved(given: Parameters): {
  readonly parameters: Parameters;
  readonly warnings: readonly Effect[];
} {
  if (!Object.hasOwn(given, reservedMetaKey)) return { parameters: given, warnings: [] };
  const { [reservedMetaKey]: _, ...parameters } = given;
  const message = `the parameter ${reservedMetaKey} was ignored: the key is Stepwell's own`;
  return { parameters, warnings: [{ do: 'warn', message }] };
}

function describe(metadata: Parameters): Effect {
  return { do: 'describe', metadata };
}

/** The marker changes no step. */
function only(state: StepsState, ...after: readonly Effect[]): Reaction {
  return { state, level: 'info', before: [], after };
}

function refuse(state: StepsState, message: string): Reaction {
  return { state, level: 'warning', before: [], after: [{ do: 'warn', message }] };
}

function notCurrent(marker: string, open: StepsState['open']): string {
  return `${marker} was ignored: ${open === null ? 'no step is open' : `the open step is ${open.name}`}`;
}
