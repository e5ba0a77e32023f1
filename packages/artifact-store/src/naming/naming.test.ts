import { artifactTypes } from '@stepwell/core';
import { expect, test } from 'vitest';
import { artifactTypeOf } from './artifact-type-of.ts';
import { mimeTypeOf } from './mime-type-of.ts';

test.each([
  ['a.txt', 'text/plain'],
  ['a.LOG', 'text/plain'],
  ['a.html', 'text/html'],
  ['a.xml', 'text/xml'],
  ['a.json', 'application/json'],
  ['a.csv', 'text/csv'],
  ['a.pdf', 'application/pdf'],
  ['a.zip', 'application/zip'],
  ['a.tar', 'application/x-tar'],
  ['a.tar.gz', 'application/gzip'],
  ['a.png', 'image/png'],
  ['a.jpg', 'image/jpeg'],
  ['a.jpeg', 'image/jpeg'],
  ['a.gif', 'image/gif'],
  ['main.ts', 'text/x-typescript'],
  ['main.o', 'application/octet-stream'],
  ['Makefile', 'application/octet-stream'],
  ['log', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('SF-67: %s is %s', (name, mimeType) => {
  expect(mimeTypeOf(name)).toBe(mimeType);
});

test.each([
  ['build.log', 'log'],
  ['coverage.json', 'report'],
  ['junit.xml', 'report'],
  ['test-results.html', 'report'],
  ['rows.csv', 'data'],
  ['settings.yaml', 'data'],
  ['sheet.xlsx', 'data'],
  ['logo.svg', 'image'],
  ['photo.jpeg', 'image'],
  ['README.md', 'document'],
  ['manual.pdf', 'document'],
  ['letter.docx', 'document'],
  ['bundle.js.gz', 'archive'],
  ['release.zip', 'archive'],
  ['main.o', 'other'],
  ['main.ts', 'other'],
] as const)('SF-66: %s is of the type %s', (name, type) => {
  expect(artifactTypes).toContain(type);
  expect(artifactTypeOf(name)).toBe(type);
});

test('SF-66: a MIME type that is known better than by the name decides where the name says nothing', () => {
  expect(artifactTypeOf('screenshot', 'image/png')).toBe('image');
});
