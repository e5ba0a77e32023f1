import { crc32 } from 'node:zlib';
import { MalformedError } from './malformed-error.ts';

/*
 * The file MANIFEST: two lines of text.
 *
 *    stepwell-log-manifest <version> <bytes of the second line, its line end included> <crc32>
 *    {"generation":…,"store":…,"lineage":…,"boot":…,"nextSegment":…,"segments":[{"id":…,"bytes":…},…]}
 *
 * crc32 is eight hexadecimal digits, over the first line up to the space before it and all of the second line. The
 * first line keeps its form in every version to come, so that a damaged manifest is told from a newer one.
 */
export const manifestVersion = 1;

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
  /** Ids are not used twice: a file with a lower id that is not in `segments` was dropped on purpose. */
  readonly nextSegment: number;
  /** In the order they were written; never empty. Only the last one is appended to. */
  readonly segments: readonly ManifestSegment[];
}

export interface ManifestSegment {
  readonly id: number;
  /** How many bytes of it were on the device when the manifest was written: of all but the last, all of them. */
  readonly bytes: number;
}

export function encodeManifest(manifest: Manifest): Buffer {
  const { generation, store, lineage, boot, nextSegment, segments } = manifest;
  const body = `${JSON.stringify({ generation, store, lineage, boot, nextSegment, segments })}\n`;
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
  return checked(JSON.parse(body.toString('utf8')));
}

function checksum(head: string, body: string | Buffer): string {
  return crc32(body, crc32(head)).toString(16).padStart(8, '0');
}

function checked(value: Partial<Manifest> | null): Manifest {
  const { generation, store, lineage, boot, nextSegment, segments } = value ?? {};
  const sound =
    isCount(generation) &&
    typeof store === 'string' &&
    typeof lineage === 'string' &&
    typeof boot === 'string' &&
    isCount(nextSegment) &&
    Array.isArray(segments) &&
    segments.length > 0 &&
    segments.every((segment) => isCount(segment?.id) && isCount(segment?.bytes) && segment.id < nextSegment);
  if (!sound) throw new MalformedError('a field is missing or of the wrong type');
  return { generation, store, lineage, boot, nextSegment, segments };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
