import type { Artifact } from '@stepwell/core';
import type { ShownRun } from '../commands/show.ts';
import { describeBytes } from '../output/bytes.ts';
import type { Colours } from '../output/colours.ts';
import { plainText } from '../output/plain-text.ts';
import { type Cell, table } from '../output/table.ts';

/** The artifacts, with size and the beginning of their hash; empty when there are none. */
export function describeArtifacts({ artifacts }: ShownRun, colours: Colours): string {
  if (artifacts.length === 0) return '';
  const rows = artifacts.map(
    (artifact) =>
      [
        { text: describeBytes(artifact.fileSize), align: 'right' },
        { text: artifact.hash?.slice(0, 12) ?? 'not kept', style: colours.dim },
        { text: plainText(titleOf(artifact)) },
      ] satisfies Cell[],
  );
  return `${colours.bold('Artifacts')}\n${table(rows, '  ')}`;
}

function titleOf({ name, description }: Artifact): string {
  return description === null ? name : `${name}: ${description}`;
}
