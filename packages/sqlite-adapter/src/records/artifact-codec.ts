import type { Artifact } from '@stepwell/core';
import type { SqlValue } from '../connection/sqlite-types.ts';
import { fromInteger, fromList, fromObject, toList, toObject } from './json-column.ts';
import type { ArtifactRow, RowTuple } from './records-schema.ts';

/** The columns in the order in which tuples hold them. */
export const artifactColumns: readonly (keyof ArtifactRow)[] = [
  'id',
  'execution_id',
  'step_id',
  'name',
  'description',
  'file_path',
  'file_name',
  'file_size',
  'mime_type',
  'artifact_type',
  'hash',
  'created_at',
  'tags',
  'is_public',
  'retention_days',
  'metadata',
];

export function encodeArtifact(artifact: Artifact): SqlValue[] {
  return [
    artifact.id,
    artifact.executionId,
    artifact.stepId,
    artifact.name,
    artifact.description,
    artifact.filePath,
    artifact.fileName,
    fromInteger(artifact.fileSize),
    artifact.mimeType,
    artifact.type,
    artifact.hash,
    fromInteger(artifact.createdAt),
    fromList(artifact.tags),
    artifact.isPublic ? 1 : 0,
    fromInteger(artifact.retentionDays),
    fromObject(artifact.metadata),
  ];
}

export function decodeArtifact(row: RowTuple): Artifact {
  return {
    id: row[0] as string,
    executionId: row[1] as string,
    stepId: row[2] as string | null,
    name: row[3] as string,
    description: row[4] as string | null,
    filePath: row[5] as string,
    fileName: row[6] as string,
    fileSize: row[7] as number,
    mimeType: row[8] as string,
    type: row[9] as Artifact['type'],
    hash: row[10] as string | null,
    createdAt: row[11] as number,
    tags: toList(row[12]),
    isPublic: row[13] === 1,
    retentionDays: row[14] as number | null,
    metadata: toObject(row[15]),
  };
}
