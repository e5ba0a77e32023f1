import { crc32 } from 'node:zlib';
import { MalformedError } from './malformed-error.ts';
import type { SegmentName } from './segment-name.ts';

/*
 * The file MANIFEST: two lines of text.
 *
 *    stepwell-log-manifest <version> <bytes of the second line, its line end included> <crc32>
 *    {"generation":…,"store":…,"lineage":…,"boot":…,"nextSegment":…,"pins":…,"segments":[…],"retired":[…]}
 *
 *    segments   first those that are sealed, then those of frames:
 *               {"id":…,"kind":"sealed","bytes":…,"lastEpoch":…,"lines":…,"streams":…}
 *               {"id":…,"kind":"frames","bytes":…,
 *                "summary":{"index":…,"lastEpoch":…,"frames":…,"lines":…,"streams":…,"prunes":…}}
 *               where the summary is only that of a complete one which ends with an index
 *    retired    {"id":…,"kind":…,"pins":…}
 *
 * crc32 is eight hexadecimal digits, over the first line up to the space before it and all of the second line. The
 * first line keeps its form in every version to come, so that a damaged manifest is told from a newer one.
 *
 * Version 1 has no `pins`, no `retired` and no `kind`: all its segments are of frames. It is read as a version 2 from which
 * nothing was ever retired.
 */
export const manifestVersion = 2;

const signature = 'stepwell-log-manifest';

/** Which files a store consists of. It says which exist; epochs say what of them is visible. */
export interface Manifest {
  /** One more with every change. */
  readonly generation: number;
  /** A UUID, for the life of the store. */
  readonly store: string;
  /** S3: changes on the first write-open after a reboot. */
  readonly lineage: string;
  /** The run of the machine in which the store was last opened for writing: see `bootId` of core. */
  readonly boot: string;
  /** Ids are not used twice: a file with a lower id that is not named here was dropped on purpose, or never finished. */
  readonly nextSegment: number;
  /**
   * S9: who reads the files of this manifest holds the lock `pin-<pins>` shared. It is the generation that last retired
   * files, 0 before the first: one that only adds files takes nothing from those who pinned before it.
   */
  readonly pins: number;
  /** In the order of their epochs; the last one, always of frames, is appended to. */
  readonly segments: readonly ManifestSegment[];
  /** No part of the log any more, and still read by those who hold an older pin lock. Deleted by collection. */
  readonly retired: readonly RetiredSegment[];
}

export type ManifestSegment = FrameSegmentEntry | SealedSegmentEntry;

export interface FrameSegmentEntry extends SegmentName {
  readonly kind: 'frames';
  /** How many bytes of it were on the device when the manifest was written: of all but the last, all of them. */
  readonly bytes: number;
  /** Of one that is complete; absent where no index was made of it, so that its frames tell. */
  readonly summary?: FrameSummary;
}

/** What is to know of a complete frame segment without looking into it. */
export interface FrameSummary {
  /** Where its index stands, behind its frames: see `segment-index-format.ts`. */
  readonly index: number;
  /** The last commit of which it has a frame. */
  readonly lastEpoch: number;
  readonly frames: number;
  readonly lines: number;
  /** Of which it has lines, lost ones or prunes. */
  readonly streams: number;
  /** Streams of which its frames prune lines. */
  readonly prunes: number;
}

export interface SealedSegmentEntry extends SegmentName {
  readonly kind: 'sealed';
  /** All of them. */
  readonly bytes: number;
  /** The last commit of what it was made from, whether or not lines of it are left; those of later segments are above it. */
  readonly lastEpoch: number;
  readonly lines: number;
  readonly streams: number;
}

export interface RetiredSegment extends SegmentName {
  /** Repair has replaced it and is about to move it to where damaged files are kept: collection leaves it alone. */
  readonly damaged?: true;
  /** {@link Manifest.pins} of the manifests that named it last: whoever holds that lock, or an older one, may read it. */
  readonly pins: number;
}

/** @throws MalformedError for one that could not be read back */
export function encodeManifest(manifest: Manifest): Buffer {
  const { generation, store, lineage, boot, nextSegment, pins, segments, retired } = checkManifest(manifest);
  const body = `${JSON.stringify({ generation, store, lineage, boot, nextSegment, pins, segments, retired })}\n`;
  const head = `${signature} ${manifestVersion} ${Buffer.byteLength(body)}`;
  return Buffer.from(`${head} ${checksum(head, body)}\n${body}`);
}

/** A manifest, or the version of one that this software does not know. @throws MalformedError */
export function decodeManifest(bytes: Buffer): Manifest | { readonly tooNew: number } {
  const end = bytes.indexOf('\n');
  const parts = /^(stepwell-log-manifest (\d{1,9}) (\d{1,15})) ([0-9a-f]{8})$/.exec(
    bytes.toString('latin1', 0, end),
  );
  if (parts === null) throw new MalformedError('the first line is not that of a manifest');
  const [, head = '', version, length, crc] = parts;
  const body = bytes.subarray(end + 1);
  if (body.length !== Number(length)) throw new MalformedError(`${body.length} bytes where ${length} belong`);
  if (checksum(head, body) !== crc) throw new MalformedError('the checksum does not match');
  if (Number(version) > manifestVersion) return { tooNew: Number(version) };
  return checkManifest(parse(body, Number(version)));
}

function checksum(head: string, body: string | Buffer): string {
  return crc32(body, crc32(head)).toString(16).padStart(8, '0');
}

/** What is in the second line, in the words of the current version; nothing of it is checked yet. */
function parse(body: Buffer, version: number): Unchecked<Manifest> {
  let value: Unchecked<Manifest> | null;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new MalformedError(`the second line is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (version > 1) return value ?? {};
  const list = value?.segments;
  const segments = Array.isArray(list)
    ? list.map((one) => ({ id: one?.id, kind: 'frames', bytes: one?.bytes }))
    : list;
  return { ...value, segments, pins: 0, retired: [] };
}

/** What fields hold that somebody else wrote. */
type Unchecked<Fields> = { readonly [Key in keyof Fields]?: unknown };

function checkManifest(value: Unchecked<Manifest>): Manifest {
  const { generation, store, lineage, boot, nextSegment, pins } = value;
  const { segments, retired } = value;
  const sound =
    isCount(generation) &&
    isText(store) &&
    isText(lineage) &&
    isText(boot) &&
    isCount(nextSegment) &&
    isCount(pins) &&
    pins <= generation &&
    isListOf(segments, isSegment) &&
    isListOf(retired, isRetired) &&
    retired.every((file) => file.pins < pins);
  if (!sound) throw new MalformedError('a field is missing or of the wrong type');
  const ids = [...segments, ...retired].map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new MalformedError('an id is there twice');
  if (ids.some((id) => id >= nextSegment)) throw new MalformedError('an id is not below the next one');
  if (!isInOrder(segments)) throw new MalformedError('the segments are out of order');
  return { generation, store, lineage, boot, nextSegment, pins, segments, retired };
}

/** Sealed ones first, in the order of their epochs, and at least one of frames. */
function isInOrder(segments: readonly ManifestSegment[]): boolean {
  let epoch = -1;
  let frames = 0;
  for (const segment of segments) {
    if (segment.kind === 'frames') {
      frames += 1;
    } else {
      if (frames > 0 || segment.lastEpoch < epoch) return false;
      epoch = segment.lastEpoch;
    }
  }
  return frames > 0;
}

function isSegment(value: Unchecked<SealedSegmentEntry>): boolean {
  const { kind, bytes, lastEpoch, lines, streams } = value;
  if (!isName(value) || !isCount(bytes)) return false;
  if (kind === 'frames') return isSummary((value as Unchecked<FrameSegmentEntry>).summary, bytes);
  return isCount(lastEpoch) && isCount(lines) && isCount(streams);
}

function isSummary(value: unknown, bytes: number): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { index, lastEpoch, frames, lines, streams, prunes } = value as Unchecked<FrameSummary>;
  const counts = [index, lastEpoch, frames, lines, streams, prunes];
  return counts.every(isCount) && isCount(index) && index < bytes;
}

function isRetired(value: Unchecked<RetiredSegment>): boolean {
  return isName(value) && isCount(value.pins);
}

function isName({ id, kind }: Unchecked<SegmentName>): boolean {
  return isCount(id) && (kind === 'frames' || kind === 'sealed');
}

function isListOf<Item>(value: unknown, isOne: (item: Unchecked<Item>) => boolean): value is readonly Item[] {
  return Array.isArray(value) && value.every((item) => isOne(item ?? {}));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
