import { expect, test } from 'vitest';
import { readPinoLine } from './read-pino-line.ts';

const at = Date.UTC(2025, 7, 1);

test.each<[string, string, object]>([
  ['a line of pino', `{"level":30,"time":${at},"pid":1,"msg":"x"}`, { level: 'info', at }],
  ['nothing but level and time', `{"level":60,"time":${at}}`, { level: 'error', at }],
  ['trace', `{"level":10,"time":${at},"msg":""}`, { level: 'debug', at }],
  ['a level of one’s own', `{"level":35,"time":${at},"msg":""}`, { level: 'info', at }],
  ['warn', `{"level":40,"time":${at},"msg":""}`, { level: 'warning', at }],
  [
    'a label, and a date',
    '{"level":"warn","time":"2025-08-01T00:00:00.000Z","msg":""}',
    { level: 'warning', at },
  ],
  [
    'a label in capitals',
    '{"level":"ERROR","time":"2025-08-01T00:00:00.000Z","msg":""}',
    { level: 'error', at },
  ],
  ['seconds', '{"level":30,"time":1754006400,"msg":""}', { level: 'info', at }],
  ['without a time', '{"level":50,"pid":1,"msg":"x"}', { level: 'error' }],
  ['another order', `{"msg":"x","time":${at},"level":50}`, { level: 'error', at }],
  [
    'fields of the caller of the same name',
    `{"level":30,"time":${at},"level":60,"time":5}`,
    { level: 'info', at },
  ],
  ['a label that nobody knows', `{"level":"constructor","time":${at},"msg":""}`, { at }],
  ['no JSON', 'Server listening at 3000', {}],
  ['cut JSON', '{"msg":"x","level":50', {}],
  ['JSON of something else', '[1,2]', {}],
  ['a level that is none', '{"time":{},"level":[]}', {}],
  ['a time that is none', '{"level":30,"time":"soon","msg":""}', { level: 'info' }],
  ['a time beyond Date', '{"level":30,"time":9999999999999999,"msg":""}', { level: 'info' }],
  ['a time before 1970', '{"msg":"x","level":30,"time":-5}', { level: 'info' }],
  ['an empty line', '', {}],
  ['deep nesting', `{"a":${'['.repeat(60_000)}`, {}],
])('level and time: %s', (_, line, fields) => {
  expect(readPinoLine(Buffer.from(line))).toEqual(fields);
});
