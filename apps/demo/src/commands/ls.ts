import type { Execution, ExecutionStatus, RecordQuery } from '@stepwell/core';
import { shortId } from '../ids/short-id.ts';
import { coloursFor } from '../output/colours.ts';
import { describeDuration } from '../output/duration.ts';
import { plainText, shorten } from '../output/plain-text.ts';
import { print } from '../output/print.ts';
import { relativeTime } from '../output/relative-time.ts';
import { statusColour, statusText } from '../output/status.ts';
import { type Cell, table } from '../output/table.ts';
import { openSettled, type RunSnapshot } from '../reading/open-settled.ts';
import { isLive, shownStatus } from '../reading/shown-status.ts';

export interface LsOptions {
  /** Absolute path of the store. */
  readonly store: string;
  /** Undefined is all. */
  readonly limit: number | undefined;
  /** As it is shown. */
  readonly status: ExecutionStatus | undefined;
  readonly tag: string | undefined;
  readonly json: boolean;
}

interface Listed {
  readonly run: Execution;
  readonly live: boolean;
}

/** `stepwell ls`: the runs of a store, newest first. */
export async function ls(options: LsOptions): Promise<void> {
  await using stepwell = await openSettled(options.store);
  await stepwell.store.withSnapshot((snapshot) =>
    options.json ? listJson(snapshot, options) : listTable(snapshot, options),
  );
}

async function* listed(snapshot: RunSnapshot, { limit, status, tag }: LsOptions): AsyncGenerator<Listed> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  for await (const run of snapshot.view.records.list('execution', query(status, tag))) {
    const live = await isLive(snapshot, run);
    if (status !== undefined && shownStatus(run.status, { live, session: run.session }).status !== status)
      continue;
    yield { run, live };
    left -= 1;
    if (left <= 0) return;
  }
}

function query(status: ExecutionStatus | undefined, tag: string | undefined): RecordQuery {
  // A run may be shown as interrupted that is stored as running.
  const stored = status === 'interrupted' ? (['interrupted', 'running', 'pending'] as const) : [status];
  return {
    ...(status !== undefined && { status: stored.filter((one) => one !== undefined) }),
    ...(tag !== undefined && { tag }),
  };
}

/** An array with one line for each run, written as it is read. */
async function listJson(snapshot: RunSnapshot, options: LsOptions): Promise<void> {
  let before = '[';
  for await (const { run, live } of listed(snapshot, options)) {
    await print(`${before}\n${JSON.stringify({ ...run, live })}`);
    before = ',';
  }
  await print(before === '[' ? '[]\n' : '\n]\n');
}

/** Columns are as wide as the rows of a page need; a long list is written page by page. */
const pageSize = 500;

async function listTable(snapshot: RunSnapshot, options: LsOptions): Promise<void> {
  let page = [header()];
  let any = false;
  for await (const one of listed(snapshot, options)) {
    any = true;
    page.push(row(one, Date.now()));
    if (page.length < pageSize) continue;
    await print(table(page));
    page = [];
  }
  if (!any) await print((options.status ?? options.tag) ? 'No such runs.\n' : nothingYet);
  else if (page.length > 0) await print(table(page));
}

const nothingYet = 'Nothing is recorded yet. Begin with: stepwell run -- <command>\n';
const maxName = 60;

function header(): Cell[] {
  const { dim } = coloursFor(process.stdout);
  return ['ID', 'STATUS', 'STARTED', 'DURATION', 'STEPS', 'NAME'].map((text) => ({ text, style: dim }));
}

function row({ run, live }: Listed, now: number): Cell[] {
  const colours = coloursFor(process.stdout);
  const shown = shownStatus(run.status, { live, session: run.session });
  const { startedAt, totalSteps, completedSteps } = run;
  const end = run.completedAt ?? (live ? now : null);
  return [
    { text: shortId(run.id), style: colours.bold },
    { text: statusText(shown), style: statusColour(shown.status, colours) },
    { text: relativeTime(startedAt ?? run.createdAt, now) },
    { text: startedAt === null || end === null ? '' : describeDuration(end - startedAt), align: 'right' },
    { text: totalSteps === 0 ? '' : `${completedSteps}/${totalSteps}`, align: 'right' },
    { text: shorten(plainText(run.name), maxName) },
  ];
}
