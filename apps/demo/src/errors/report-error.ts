import { isStoreError, type StoreError } from '@stepwell/core';
import { exitCodes } from '../exit-codes.ts';
import { CommandError } from './command-error.ts';
import { cureOf } from './cure-of.ts';

/** Says on stderr why a command failed, for people or as JSON. Answers what to exit with. */
export function reportError(error: unknown, { json }: { readonly json: boolean }): number {
  if (error instanceof CommandError) {
    say(
      json,
      { code: error.code, message: error.message },
      `stepwell: ${error.code}: ${error.message}${error.code === 'USAGE' ? '\n  Try: stepwell --help' : ''}`,
    );
    return error.exitCode;
  }
  if (isStoreError(error)) {
    say(json, storeErrorFields(error), describeStoreError(error));
    return exitCodes.store;
  }
  reportUnexpected(error, json);
  return exitCodes.store;
}

/** A mistake of ours. Whoever reports it needs the stack; nobody else does. */
function reportUnexpected(error: unknown, json: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env.STEPWELL_DEBUG && error instanceof Error ? error.stack : undefined;
  const cure = stack ?? 'Set STEPWELL_DEBUG=1 to see where it comes from.';
  say(
    json,
    { code: 'UNEXPECTED', message, ...(stack !== undefined && { stack }) },
    `stepwell: UNEXPECTED: ${message}\n  ${cure}`,
  );
}

/** One line with the code, and a second one where there is something to be done about it. */
export function describeStoreError(error: StoreError): string {
  const cure = cureOf(error);
  return `stepwell: ${error.code}: ${error.message}${cure === undefined ? '' : `\n  ${cure}`}`;
}

function storeErrorFields(error: StoreError): object {
  const { code, message, retryable, details } = error;
  return { code, message, retryable, details };
}

function say(json: boolean, fields: object, text: string): void {
  process.stderr.write(`${json ? JSON.stringify({ error: fields }) : text}\n`);
}
