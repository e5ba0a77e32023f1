import { type Problem, StoreError } from '@stepwell/core';
import { sealedMagic, sealedVersion } from '../format/sealed-format.ts';
import { decodeSegmentHeader, segmentHeaderBytes, segmentVersion } from '../format/segment-header.ts';
import type { SegmentName } from '../format/segment-name.ts';
import { findSalt } from './find-salt.ts';
import type { RawFile } from './raw-file.ts';

export interface FoundHeader {
  /** `undefined` when nothing in the file tells it: then nothing of it can be read. */
  readonly salt: number | undefined;
  /** `undefined` when the header is damaged. */
  readonly store: string | undefined;
  readonly isForeign: boolean;
  readonly problem: Problem | undefined;
}

/**
 * The header of a segment, or what is known without it.
 * @param store of the log; `undefined` while it is not known
 * @throws `SCHEMA_TOO_NEW`: what newer software wrote is not damage
 */
export function readHeader(file: RawFile, { id, kind }: SegmentName, store: string | undefined): FoundHeader {
  const [magic, newest] = kind === 'sealed' ? [sealedMagic, sealedVersion] : [undefined, segmentVersion];
  const header = decodeSegmentHeader(file.read(0, segmentHeaderBytes), magic);
  const problem = (offset: number, what: string): Problem => {
    return { id: 'log.segment.damaged', where: file.path, offset, message: `${file.path}: ${what}` };
  };
  if (header === undefined) {
    const salt = findSalt(file, kind, id);
    const damaged = problem(0, 'the header of the segment is damaged');
    return { salt, store: undefined, isForeign: false, problem: damaged };
  }
  if (header.version > newest) {
    throw new StoreError(
      'SCHEMA_TOO_NEW',
      `${file.path} is of version ${header.version}; this is ${newest}`,
      {
        details: { file: file.path, version: header.version },
      },
    );
  }
  const { salt } = header;
  if (header.segment !== id) {
    const wrong = problem(12, `this is segment ${header.segment} under another name`);
    return { salt, store: header.store, isForeign: true, problem: wrong };
  }
  if (store !== undefined && header.store !== store) {
    const wrong = problem(16, `the segment belongs to the store ${header.store}`);
    return { salt, store: header.store, isForeign: true, problem: wrong };
  }
  return { salt, store: header.store, isForeign: false, problem: undefined };
}
