import type { ArtifactType } from './artifact.ts';

/** By the end of the name, where the MIME type alone does not tell. */
const byExtension: Readonly<Record<string, ArtifactType>> = {
  log: 'log',
  gz: 'archive',
  tgz: 'archive',
  zip: 'archive',
  tar: 'archive',
  zst: 'archive',
  xz: 'archive',
  '7z': 'archive',
  pdf: 'document',
  md: 'document',
  docx: 'document',
  odt: 'document',
  html: 'report',
  htm: 'report',
  csv: 'data',
  tsv: 'data',
  parquet: 'data',
  sqlite: 'data',
  db: 'data',
};

/** What kind of artifact a file is, for people who look for one (SF-66). */
export function artifactTypeOf(mimeType: string, fileName: string): ArtifactType {
  const extension = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const known = byExtension[extension];
  // Object.hasOwn, since a file may well be called `x.constructor`.
  if (known !== undefined && Object.hasOwn(byExtension, extension)) return known;
  if (mimeType.startsWith('image/')) return 'image';
  if (mimeType.startsWith('application/json') || mimeType.includes('xml')) return 'data';
  if (mimeType.startsWith('text/')) return 'document';
  return 'other';
}
