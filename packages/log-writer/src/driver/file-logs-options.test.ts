import { expect, test } from 'vitest';
import { fileLogs } from '../index.ts';

test.each([
  [{}, 'logs need a directory'],
  [{ directory: '' }, 'options.directory must be a path'],
  [{ directory: 'x', segmentbytes: 5_000 }, 'did you mean options.segmentBytes?'],
  [{ directory: 'x', segmentBytes: 5 }, 'options.segmentBytes must be a whole number from 4096 up'],
  [{ directory: 'x', compression: 'zip' }, 'options.compression must be'],
  [{ directory: 'x', maintenance: true }, 'options.maintenance must be'],
  [{ directory: 'x', fileSystem: {} }, 'options.fileSystem must be an object with open'],
])('SF-25: options of logs that cannot be are refused by name: %j', (options, message) => {
  expect(() => fileLogs(options as never)).toThrowError(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
  );
});
