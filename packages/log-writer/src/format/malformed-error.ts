/** Bytes that pass their checksum and still say nothing sensible. Becomes `CORRUPT`, with file and offset, further up. */
export class MalformedError extends Error {
  override readonly name: string = 'MalformedError';
}
