import type { JsonObject } from './json.ts';

export const artifactTypes = ['log', 'report', 'data', 'image', 'document', 'archive', 'other'] as const;
export type ArtifactType = (typeof artifactTypes)[number];

/** A file that an execution made, kept by its content. */
export interface Artifact {
  readonly id: string;
  readonly executionId: string;
  readonly stepId: string | null;
  readonly name: string;
  readonly description: string | null;
  /** Where the file was when it was recorded. Never used to find the content: `hash` is. */
  readonly filePath: string;
  readonly fileName: string;
  /** Bytes. */
  readonly fileSize: number;
  readonly mimeType: string;
  readonly type: ArtifactType;
  /** Content address: lower-case hex SHA-256; `null` when the content was not kept. */
  readonly hash: string | null;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly tags: readonly string[];
  readonly isPublic: boolean;
  /** How long to keep it; `null` follows the execution. */
  readonly retentionDays: number | null;
  readonly metadata: JsonObject;
}

export type ArtifactInit = Pick<Artifact, 'id' | 'executionId' | 'name' | 'filePath' | 'createdAt'> &
  Partial<Artifact>;

/** A whole artifact: `init` with the defaults filled in. */
export function newArtifact(init: ArtifactInit): Artifact {
  // Ids come first, since people read records as JSON. Not by spreading what was given: that takes four times as long.
  return Object.assign(
    {
      id: init.id,
      executionId: init.executionId,
      name: init.name,
      stepId: null,
      description: null,
      fileName: lastPart(init.filePath),
      fileSize: 0,
      mimeType: 'application/octet-stream',
      type: 'other',
      hash: null,
      tags: [],
      isPublic: false,
      retentionDays: null,
      metadata: {},
    },
    init,
  );
}

/** The name of a file. What is no path is handed on, to be refused when it is written. */
function lastPart(path: string): string {
  return typeof path === 'string' ? (path.split(/[\\/]/).at(-1) ?? path) : path;
}
