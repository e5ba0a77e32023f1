import type { JsonValue, StepOptions } from '@stepwell/core';
import type { Parameters } from '../../markers/marker.ts';
import { parseDuration } from '../parse-duration.ts';

/**
 * SF-74: what the parameters of `STEP_START` say of the step. `stop_on_error`, `duration` (how long it should take, in
 * seconds or with a unit) and `description` have a meaning; these and all others are kept as metadata.
 */
export function stepOptions(name: string, parameters: Parameters): StepOptions {
  const { duration, description } = parameters;
  const estimatedDuration = duration === undefined ? undefined : parseDuration(String(duration));
  const metadata: Record<string, JsonValue> = { ...parameters };
  return {
    name,
    stopOnError: parameters.stop_on_error === true,
    metadata,
    ...(estimatedDuration !== undefined && { estimatedDuration }),
    ...(description !== undefined && { description: String(description) }),
  };
}
