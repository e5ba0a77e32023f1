import type { Execution, JsonObject, JsonValue } from '@stepwell/core';
import { reservedMetaKey } from '../markers/parse-marker.ts';
import type { Colours } from '../output/colours.ts';
import { plainText } from '../output/plain-text.ts';
import { table } from '../output/table.ts';

/** The metadata of a run, then the warnings that Stepwell added to it; empty when there is neither. */
export function describeMetadata({ metadata }: Execution, colours: Colours): string {
  const { [reservedMetaKey]: own, ...said } = metadata;
  return [describeSaid(said, colours), describeWarnings(own, colours)]
    .filter((section) => section !== '')
    .join('\n');
}

function describeSaid(metadata: JsonObject, { bold, dim }: Colours): string {
  const rows = Object.entries(metadata).map(([key, value]) => [
    { text: plainText(key), style: dim },
    { text: plainText(typeof value === 'string' ? value : JSON.stringify(value)) },
  ]);
  return rows.length === 0 ? '' : `${bold('Metadata')}\n${table(rows, '  ')}`;
}

/** Written by the run command; shown only where it looks as that writes it. */
function describeWarnings(own: JsonValue | undefined, { bold, yellow }: Colours): string {
  const warnings = asObject(own)?.warnings;
  if (!Array.isArray(warnings)) return '';
  const rows = warnings.flatMap((warning: JsonValue) => {
    const { source, line, message } = asObject(warning) ?? {};
    if (typeof message !== 'string') return [];
    const where = line === null || line === undefined ? String(source) : `${source} line ${line}`;
    return [[{ text: plainText(where), style: yellow }, { text: plainText(message) }]];
  });
  const more = Number(asObject(own)?.more ?? 0);
  const rest = more > 0 ? `  and ${more} more\n` : '';
  return rows.length === 0 ? '' : `${bold('Warnings')}\n${table(rows, '  ')}${rest}`;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
