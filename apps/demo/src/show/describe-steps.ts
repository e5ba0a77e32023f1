import type { Step } from '@stepwell/core';
import type { ShownRun } from '../commands/show.ts';
import type { Colours } from '../output/colours.ts';
import { describeDuration } from '../output/duration.ts';
import { plainText, shorten } from '../output/plain-text.ts';
import { statusColour, statusText } from '../output/status.ts';
import { type Cell, table } from '../output/table.ts';
import { shownStatus } from '../reading/shown-status.ts';

/** The steps, one row each, with the error of those that failed; empty when there are none. */
export function describeSteps(
  { execution, steps, logs, live }: ShownRun,
  now: number,
  colours: Colours,
): string {
  if (steps.length === 0) return '';
  const lines = new Map(logs.map((info) => [info.stream, info.lines]));
  const head = `${colours.bold('Steps')} ${colours.dim(`(${execution.completedSteps} of ${execution.totalSteps} completed)`)}\n`;
  const rows = steps.map((step) => {
    const shown = shownStatus(step.status, { live, session: execution.session });
    return [
      { text: String(step.index), style: colours.dim, align: 'right' },
      { text: statusText(shown), style: statusColour(shown.status, colours) },
      { text: durationOf(step, live, now), align: 'right' },
      { text: linesText(lines.get(step.id) ?? 0), style: colours.dim, align: 'right' },
      { text: description(step, colours) },
    ] satisfies Cell[];
  });
  return head + table(rows, '  ');
}

function durationOf({ startedAt, completedAt }: Step, live: boolean, now: number): string {
  const end = completedAt ?? (live ? now : null);
  return startedAt === null || end === null ? '' : describeDuration(end - startedAt);
}

function linesText(count: number): string {
  return `${count} ${count === 1 ? 'line' : 'lines'}`;
}

/** Longest error and metadata of a row, in characters: the rest is in `--json`. */
const maxError = 200;
const maxMetadata = 80;

/** The last cell of a row, so that colours within it do not disturb the columns. */
function description({ name, errorMessage, status, metadata }: Step, { red, dim }: Colours): string {
  const error = shorten(plainText(errorMessage ?? ''), maxError);
  const said = Object.entries(metadata).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const style = status === 'failed' || status === 'timed-out' ? red : dim;
  const parts = [plainText(name)];
  if (said.length > 0) parts.push(dim(shorten(plainText(said.join(' ')), maxMetadata)));
  if (error !== '') parts.push(style(error));
  return parts.join('  ');
}
