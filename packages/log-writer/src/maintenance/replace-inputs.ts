import type { Manifest, SealedSegmentEntry } from '../format/manifest.ts';

/**
 * The manifest with one sealed segment where `inputs` stood; `undefined` when they do not stand there any more, side by
 * side.
 */
export function replaceInputs(
  manifest: Manifest,
  inputs: readonly number[],
  output: SealedSegmentEntry,
): Manifest | undefined {
  const { segments } = manifest;
  const first = segments.findIndex(({ id }) => id === inputs[0]);
  const end = first + inputs.length;
  // The last one is appended to.
  const isThere =
    first >= 0 && end < segments.length && inputs.every((id, i) => segments[first + i]?.id === id);
  if (!isThere) return undefined;
  return { ...manifest, segments: [...segments.slice(0, first), output, ...segments.slice(end)] };
}
