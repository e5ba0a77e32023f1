import { createHash } from 'node:crypto';

/** Names that mean themselves on every file system: no case, nothing that a shell or Windows reads otherwise. */
const plain = /^[a-z0-9_](?:[a-z0-9._-]{0,98}[a-z0-9_-])?$/;

/** Devices of Windows, whatever stands behind the dot. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * The name of a file for an id, which may be any text. A plain one, such as a UUID, is its own name; of any other what can
 * be read is kept, and a hash of all of it tells it apart: from ids that differ in case alone, in how an accent is written,
 * or behind the part that is kept. No two ids have one name, on no file system, and the name of an id never changes.
 *
 *     018f4c5e-…     018f4c5e-…
 *     Nightly/42     Nightly_42~6f0c…          (32 hex digits of SHA-256)
 */
export function fileNameOf(id: string): string {
  if (plain.test(id) && !reserved.test(id)) return id;
  const readable = id
    .slice(0, 40)
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^-+/, '');
  // Of its UTF-16, since UTF-8 has one form for all lone surrogates.
  const hash = createHash('sha256').update(Buffer.from(id, 'utf16le')).digest('hex').slice(0, 32);
  return `${readable}~${hash}`;
}
