import type { ArtifactType } from '@stepwell/core';
import { mimeTypeOf } from './mime-type-of.ts';

/** Names tell more than formats: an XML file called `junit.xml` is a report. The first that matches wins. */
const byName: readonly (readonly [RegExp, ArtifactType])[] = [
  [/\.(log|out|err)$/i, 'log'],
  [/(^|[^a-z])(report|coverage|junit|lcov|test-results?)([^a-z]|$)/i, 'report'],
];

const byMimeType: readonly (readonly [RegExp, ArtifactType])[] = [
  [/^image\//, 'image'],
  [/\/(gzip|zip|zstd|java-archive|x-(tar|bzip2?|xz|7z-compressed|rar-compressed|lzma|cpio))$/, 'archive'],
  [
    /\/(json|xml|csv|tab-separated-values|yaml|toml|x-ndjson|vnd\.sqlite3|vnd\.apache\.parquet)$|\+(json|xml)$/,
    'data',
  ],
  [/\/(vnd\.ms-excel|vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet)$/, 'data'],
  [/\/(pdf|rtf|msword|epub\+zip|html|markdown|plain|vnd\.oasis\.opendocument\..*)$/, 'document'],
  [/\/vnd\.openxmlformats-officedocument\..*$/, 'document'],
];

/**
 * SF-66: what kind of artifact a file of this name is.
 *
 * @param mimeType default: what the name stands for
 * @example
 * ```ts
 * import { artifactTypeOf } from '@stepwell/artifact-store';
 *
 * console.log(artifactTypeOf('bundle.js.gz')); // archive
 * console.log(artifactTypeOf('junit.xml')); // report
 * ```
 */
export function artifactTypeOf(name: string, mimeType: string = mimeTypeOf(name)): ArtifactType {
  const matches = ([pattern]: readonly [RegExp, ArtifactType]): boolean => pattern.test(mimeType);
  return (byName.find(([pattern]) => pattern.test(name)) ?? byMimeType.find(matches))?.[1] ?? 'other';
}
