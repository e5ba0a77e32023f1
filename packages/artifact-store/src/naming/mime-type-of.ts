import { Mime } from 'mime/lite';
import otherTypes from 'mime/types/other.js';
import standardTypes from 'mime/types/standard.js';

/** Nothing is known about such content but its bytes. */
export const unknownMimeType = 'application/octet-stream';

/** Where what builds make differs from what the registry has under the same extension, or has not at all. */
const types = new Mime(standardTypes, otherTypes).define(
  {
    'text/xml': ['xml'],
    'text/plain': ['log', 'txt', 'out', 'err', 'rs', 'tap', 'diff', 'patch', 'lcov'],
    'text/javascript': ['js', 'mjs', 'cjs', 'jsx'],
    'text/x-typescript': ['ts', 'mts', 'cts', 'tsx'],
    'application/x-ndjson': ['ndjson', 'jsonl'],
    'application/gzip': ['gz', 'tgz'],
    'application/zstd': ['zst'],
    'application/vnd.sqlite3': ['sqlite', 'sqlite3'],
    'application/vnd.apache.parquet': ['parquet'],
  },
  true,
);

/** SF-67: the MIME type that the extension of `name` stands for; {@link unknownMimeType} when it has none that is known. */
export function mimeTypeOf(name: string): string {
  // Without a dot the library would take the whole name for an extension: `log` is a name like any other.
  return (name.includes('.') ? types.getType(name) : null) ?? unknownMimeType;
}
