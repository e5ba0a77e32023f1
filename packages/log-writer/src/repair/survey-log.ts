import { join } from 'node:path';
import {
  type Epoch,
  fromSystemError,
  isStoreError,
  type LeaderState,
  type Problem,
  uuidv7,
} from '@stepwell/core';
import { asProblem } from '../driver/problems.ts';
import type { FileSystem } from '../file-system/file-system.ts';
import type { Manifest, ManifestSegment } from '../format/manifest.ts';
import { segmentHeaderBytes } from '../format/segment-header.ts';
import { readSegmentName, type SegmentName, segmentName } from '../format/segment-name.ts';
import type { Pace } from '../maintenance/pace.ts';
import { checkBelonging } from '../recovery/check-belonging.ts';
import { fileSize } from '../segment/file-size.ts';
import { ManifestFile } from '../segment/manifest-file.ts';
import { chooseFiles } from './choose-files.ts';
import { findTail } from './find-tail.ts';
import { guessNumbers } from './guess-numbers.ts';
import { type LogItem, makeItem } from './log-items.ts';
import { surveyFrames } from './survey-frames.ts';
import { surveySealed } from './survey-sealed.ts';
import type { SurveyedFile } from './surveyed-file.ts';

/** What is there, and what it should be. */
export interface SurveyedLog {
  /** `undefined` when it is missing, damaged or wrong: then all is made anew from the files. */
  readonly manifest: Manifest | undefined;
  /** Whether there is a file of that name, to be kept. */
  readonly hasManifest: boolean;
  readonly store: string;
  /** The segments of the log in order. */
  readonly items: readonly LogItem[];
  /** Every segment file that was looked at. */
  readonly files: readonly SurveyedFile[];
  readonly problems: readonly Problem[];
  /** Above all that a damaged manifest seems to say. */
  readonly atLeast: { readonly generation: number; readonly nextSegment: number };
}

export interface SurveyAsked {
  readonly fs: FileSystem;
  readonly directory: string;
  readonly leader: LeaderState | undefined;
  readonly boot: string;
}

/** Looks at all there is; changes nothing. @throws `SCHEMA_TOO_NEW ABORTED IO`, `CORRUPT` for a log of another store */
export async function surveyLog(asked: SurveyAsked, pace: Pace): Promise<SurveyedLog> {
  const { fs, directory, leader } = asked;
  const file = new ManifestFile(fs, directory);
  const names = listSegments(fs, directory);
  const problems: Problem[] = [];
  let manifest: Manifest | undefined;
  try {
    manifest = file.read();
    if (manifest === undefined)
      problems.push({ id: 'log.manifest.missing', where: file.path, message: `${file.path} is missing` });
  } catch (error) {
    if (!isStoreError(error, 'CORRUPT')) throw error;
    problems.push(asProblem('manifest', file.path, error));
  }
  const hasManifest = fs.identify(file.path) !== undefined;
  const atLeast = guessNumbers(fs, file.path);
  if (manifest !== undefined) {
    checkBelonging(file.path, manifest, leader);
    const unnamed = findUnnamed(fs, directory, names, manifest);
    if (unnamed === undefined) {
      const { items, files } = await followManifest(asked, manifest, pace);
      return { manifest, hasManifest, store: manifest.store, items, files, problems, atLeast };
    }
    const message = `the manifest misses ${unnamed}, which holds lines`;
    problems.push({ id: 'log.manifest.damaged', where: file.path, offset: 0, message });
  }
  const files = await surveyAll(asked, names, leader?.store ?? manifest?.store, pace);
  const store = leader?.store ?? manifest?.store ?? storeOf(files) ?? uuidv7();
  // Where nothing said whose they are, one look was at all of them.
  const isMixed = files.some((found) => found.store !== undefined && found.store !== store);
  const known = isMixed ? await surveyAll(asked, names, store, pace) : files;
  const items = chooseFiles(known.filter(({ isForeign }) => !isForeign));
  return { manifest: undefined, hasManifest, store, items, files: known, problems, atLeast };
}

/** The segments that the manifest names; each is looked at. */
async function followManifest(
  asked: SurveyAsked,
  manifest: Manifest,
  pace: Pace,
): Promise<{ readonly items: readonly LogItem[]; readonly files: readonly SurveyedFile[] }> {
  const upTo = await findTail(asked, manifest);
  const items: LogItem[] = [];
  const files: SurveyedFile[] = [];
  for (const [place, entry] of manifest.segments.entries()) {
    const isLast = place === manifest.segments.length - 1;
    const found = await surveyNamed(asked, manifest.store, entry, isLast, upTo, pace);
    if (found !== undefined) files.push(found);
    const isSound = found !== undefined && found.problems.length === 0;
    items.push(makeItem(found === undefined || found.isForeign ? [] : [found], entry, !isSound));
  }
  return { items, files };
}

async function surveyNamed(
  { fs, directory, leader }: SurveyAsked,
  store: string,
  { id, kind, bytes }: ManifestSegment,
  isLast: boolean,
  upTo: number | undefined,
  pace: Pace,
): Promise<SurveyedFile | undefined> {
  if (fs.identify(join(directory, segmentName({ id, kind }))) === undefined) return undefined;
  if (kind === 'sealed') return await surveySealed(fs, directory, { id, store, bytes }, pace);
  const limit = leader?.mark ?? Number.POSITIVE_INFINITY;
  const frames = { id, store, limit, ...(isLast ? { upTo } : { bytes }) };
  return await surveyFrames(fs, directory, frames, pace);
}

async function surveyAll(
  { fs, directory, leader }: SurveyAsked,
  names: readonly SegmentName[],
  store: string | undefined,
  pace: Pace,
): Promise<SurveyedFile[]> {
  const limit: Epoch = leader?.mark ?? Number.POSITIVE_INFINITY;
  const files: SurveyedFile[] = [];
  for (const { id, kind } of names) {
    files.push(
      kind === 'sealed'
        ? await surveySealed(fs, directory, { id, store }, pace)
        : await surveyFrames(fs, directory, { id, store, limit }, pace),
    );
  }
  return files;
}

function listSegments(fs: FileSystem, directory: string): SegmentName[] {
  try {
    return fs
      .readdir(directory)
      .map(readSegmentName)
      .filter((name) => name !== undefined)
      .sort((a, b) => a.id - b.id);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw fromSystemError(error, `cannot list ${directory}`, { reading: true });
  }
}

/** A file that holds lines and has an id that the manifest has not given yet: then it is not the last manifest. */
function findUnnamed(
  fs: FileSystem,
  directory: string,
  names: readonly SegmentName[],
  { nextSegment }: Manifest,
): string | undefined {
  return names
    .filter(({ id }) => id >= nextSegment)
    .map((name) => join(directory, segmentName(name)))
    .find((path) => fileSize(fs, path) > segmentHeaderBytes);
}

/** The store that most headers name; `undefined` without any. */
function storeOf(files: readonly SurveyedFile[]): string | undefined {
  const votes = new Map<string, number>();
  for (const { store } of files) if (store !== undefined) votes.set(store, (votes.get(store) ?? 0) + 1);
  return [...votes].sort(([, a], [, b]) => b - a)[0]?.[0];
}
