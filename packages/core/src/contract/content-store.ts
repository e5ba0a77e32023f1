import type { ArtifactType } from '../records/artifact.ts';

/** What a content store knows of one stored content. */
export interface StoredContent {
  /** Lower-case hex SHA-256 of the bytes. */
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
  /** Guessed from the name it was given; `application/octet-stream` when nothing is known. */
  readonly mimeType: string;
  /** What kind of artifact that is, for people who look for one. */
  readonly type: ArtifactType;
}

/** Where content comes from: the path of a file, bytes, or a stream of bytes. */
export type ContentSource = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Files by their content: what the recorder needs to keep artifacts. `@stepwell/artifact-store` is one. */
export interface ContentStore {
  /**
   * Keeps the bytes of `source`; they survive the process when this resolves. Storing the same bytes twice keeps one copy.
   * @param name for the MIME type; default: the last part of a path
   * @throws `NOT_FOUND` when there is no such file, `INVALID_ARGUMENT` when it is a directory, `NO_SPACE`, `IO`
   */
  put(
    source: ContentSource,
    options?: { readonly name?: string; readonly signal?: AbortSignal },
  ): Promise<StoredContent>;
  /**
   * The bytes, in chunks, checked against the hash as they pass.
   * @throws `NOT_FOUND`; `CORRUPT` at the end of a stream whose bytes do not have the hash
   */
  read(hash: string): AsyncIterable<Uint8Array>;
  has(hash: string): Promise<boolean>;
}
