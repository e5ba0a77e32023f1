import type { Epoch } from '@stepwell/core';
import type { ManifestSegment } from '../format/manifest.ts';
import type { NumberRange } from '../format/sealed-directory.ts';
import { SegmentFacts } from './segment-facts.ts';
import type { SurveyedFile } from './surveyed-file.ts';

/** A segment of the log as it will be. */
export interface LogItem {
  /** What it is made of; none where all that there was is gone. */
  readonly sources: readonly SurveyedFile[];
  readonly facts: SegmentFacts;
  /** What the manifest says of it; `undefined` where none does. */
  readonly entry: ManifestSegment | undefined;
  /** Whether a sealed segment is written in its place. */
  rewrite: boolean;
  /** Numbers of lines that are lost from now on, of each stream in order. */
  readonly lost: Map<string, NumberRange[]>;
  /** Numbers of streams that follow what is lost here. */
  readonly nexts: Map<string, number>;
  /** Lines of a stream below these numbers are in an item before it. */
  readonly floors: Map<string, number>;
}

export function makeItem(
  sources: readonly SurveyedFile[],
  entry: ManifestSegment | undefined,
  rewrite: boolean,
): LogItem {
  const facts = new SegmentFacts();
  for (const source of sources) facts.add(source.facts);
  if (entry?.kind === 'sealed') facts.lastEpoch = Math.max(facts.lastEpoch, entry.lastEpoch);
  return { sources, facts, entry, rewrite, lost: new Map(), nexts: new Map(), floors: new Map() };
}

/** One that holds nothing but what is lost. */
export function makeGap(lastEpoch: Epoch = 0): LogItem {
  const item = makeItem([], undefined, true);
  item.facts.lastEpoch = lastEpoch;
  return item;
}

export function isFramed({ sources: [first] }: LogItem): boolean {
  return first?.file.kind === 'frames';
}
