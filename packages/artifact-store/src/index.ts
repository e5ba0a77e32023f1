/**
 * Artifacts as content-addressed files: every content once, checked whenever it is read, safe from crashes.
 *
 * @packageDocumentation
 */

export type { ArtifactStore, CollectOptions, Hold, StoredBlob } from './artifact-store.ts';
export { artifactCrashPoints } from './crash-points.ts';
export { fileArtifacts } from './file-artifacts.ts';
export { artifactTypeOf } from './naming/artifact-type-of.ts';
export { mimeTypeOf } from './naming/mime-type-of.ts';
export { artifactDefaults, artifactOptionShape, type FileArtifactsOptions } from './settings.ts';
