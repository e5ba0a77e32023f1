import type { ShownRun } from '../commands/show.ts';
import { shortId } from '../ids/short-id.ts';
import { type Colours, coloursFor } from '../output/colours.ts';
import { describeArtifacts } from './describe-artifacts.ts';
import { describeHeader } from './describe-header.ts';
import { describeMetadata } from './describe-metadata.ts';
import { describeSteps } from './describe-steps.ts';

/** A run for people to read: what it was and how it ended, then steps, artifacts, metadata, and what to type next. */
export function describeRun(run: ShownRun, now: number): string {
  const colours = coloursFor(process.stdout);
  const sections = [
    describeHeader(run, now, colours),
    describeSteps(run, now, colours),
    describeArtifacts(run, colours),
    describeMetadata(run.execution, colours),
    whatNext(run, colours),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function whatNext({ execution, steps }: ShownRun, { dim }: Colours): string {
  const id = shortId(execution.id);
  const all = `Read what it printed: stepwell logs ${id}`;
  const first = steps[0];
  return `${dim(first === undefined ? all : `${all}   one step: stepwell logs ${id} --step ${first.index}`)}\n`;
}
