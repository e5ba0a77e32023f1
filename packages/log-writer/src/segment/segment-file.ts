import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fromSystemError, StoreError } from '@stepwell/core';
import type { Descriptor, FileIdentity, FileSystem } from '../file-system/file-system.ts';
import {
  decodeSegmentHeader,
  encodeSegmentHeader,
  segmentHeaderBytes,
  segmentVersion,
} from '../format/segment-header.ts';
import { segmentName } from '../format/segment-name.ts';
import { checkInPlace } from './check-in-place.ts';
import { corrupt } from './corrupt.ts';
import { attempt, openExisting, readFully, writeFully } from './file-calls.ts';

/** Where a segment of frames is. */
export function segmentPath(directory: string, id: number): string {
  return join(directory, segmentName({ id, kind: 'frames' }));
}

/** A segment that is open, its header checked. Every failure leaves typed and names the file (S11). */
export class SegmentFile {
  readonly id: number;
  readonly path: string;
  readonly salt: number;
  readonly #fs: FileSystem;
  readonly #descriptor: Descriptor;
  #open = true;
  #identity: FileIdentity | undefined;

  private constructor(fs: FileSystem, path: string, descriptor: Descriptor, id: number, salt: number) {
    this.#fs = fs;
    this.path = path;
    this.#descriptor = descriptor;
    this.id = id;
    this.salt = salt;
  }

  /** @throws `CORRUPT` when it is missing, damaged, or of another store; `SCHEMA_TOO_NEW`; `IO` */
  static open(
    fs: FileSystem,
    directory: string,
    id: number,
    store: string,
    mode: 'read' | 'write',
  ): SegmentFile {
    const path = segmentPath(directory, id);
    const descriptor = openExisting(fs, path, mode);
    try {
      const bytes = Buffer.alloc(segmentHeaderBytes);
      const header = decodeSegmentHeader(bytes.subarray(0, readFully(fs, path, descriptor, bytes, 0)));
      if (header === undefined) throw corrupt(path, 0, 'the header of the segment is damaged');
      if (header.version > segmentVersion) {
        throw new StoreError(
          'SCHEMA_TOO_NEW',
          `${path} is of version ${header.version}; this is ${segmentVersion}`,
          {
            details: { file: path, version: header.version },
          },
        );
      }
      if (header.segment !== id)
        throw corrupt(path, 12, `this is segment ${header.segment} under another name`);
      if (header.store !== store) throw corrupt(path, 16, `the segment belongs to the store ${header.store}`);
      return new SegmentFile(fs, path, descriptor, id, header.salt);
    } catch (error) {
      fs.close(descriptor);
      throw error;
    }
  }

  /** For repair: whatever its header says. @throws `CORRUPT` when it is missing; `IO` */
  static openAsIs(fs: FileSystem, directory: string, id: number, salt: number): SegmentFile {
    const path = segmentPath(directory, id);
    return new SegmentFile(fs, path, openExisting(fs, path, 'read'), id, salt);
  }

  /** Makes an empty segment that survives power loss once its directory is synced. */
  static async create(fs: FileSystem, directory: string, id: number, store: string): Promise<SegmentFile> {
    const path = segmentPath(directory, id);
    const salt = randomBytes(4).readUInt32LE();
    const header = encodeSegmentHeader({
      version: segmentVersion,
      segment: id,
      store,
      salt,
      createdAt: Date.now(),
    });
    const descriptor = attempt('cannot create', path, () => fs.open(path, 'create'));
    const segment = new SegmentFile(fs, path, descriptor, id, salt);
    try {
      segment.write(header, 0);
      await segment.sync();
      return segment;
    } catch (error) {
      segment.close();
      fs.unlink(path);
      throw error;
    }
  }

  get size(): number {
    return attempt('cannot tell the size of', this.path, () => this.#fs.size(this.#descriptor), true);
  }

  /** Fills `buffer` from `position` on; answers how many bytes there were. */
  read(buffer: Buffer, position: number): number {
    return readFully(this.#fs, this.path, this.#descriptor, buffer, position);
  }

  /** Writes all of `bytes`, or throws; then any part of them may be there. */
  write(bytes: Uint8Array, position: number): void {
    writeFully(this.#fs, 'cannot append to', this.path, this.#descriptor, bytes, position);
  }

  truncate(size: number): void {
    attempt('cannot truncate', this.path, () => this.#fs.ftruncate(this.#descriptor, size));
  }

  async sync(): Promise<void> {
    try {
      await this.#fs.fsync(this.#descriptor);
    } catch (error) {
      throw fromSystemError(error, `cannot sync ${this.path}`, { path: this.path });
    }
  }

  /** @throws `POISONED` when its path does not lead to it any more; `IO` */
  checkInPlace(): void {
    this.#identity ??= attempt('cannot identify', this.path, () => this.#fs.identify(this.#descriptor));
    checkInPlace(this.#fs, this.path, this.#identity);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    attempt('cannot close', this.path, () => this.#fs.close(this.#descriptor));
  }
}
