import type { LogLine, LogLineJson } from './log-line.ts';

/** A byte order mark is kept: the line held it. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** A line as readers see it, decoded only when somebody asks for its text. For drivers. */
export function makeLogLine(fields: Omit<LogLine, 'text' | 'toJSON'>): LogLine {
  return new DecodedOnDemand(fields);
}

class DecodedOnDemand implements LogLine {
  readonly stream: string;
  readonly number: number;
  readonly at: number;
  readonly level: LogLine['level'];
  readonly source: LogLine['source'];
  readonly terminated: boolean;
  readonly epoch: number;
  readonly ordinal: number;
  readonly bytes: Uint8Array;

  constructor(fields: Omit<LogLine, 'text' | 'toJSON'>) {
    this.stream = fields.stream;
    this.number = fields.number;
    this.at = fields.at;
    this.level = fields.level;
    this.source = fields.source;
    this.terminated = fields.terminated;
    this.epoch = fields.epoch;
    this.ordinal = fields.ordinal;
    this.bytes = fields.bytes;
  }

  get text(): string {
    return utf8.decode(this.bytes);
  }

  /** By hand: `text` is of the prototype, where `JSON.stringify` does not look, and bytes become an object of numbers. */
  toJSON(): LogLineJson {
    const { stream, number, at, level, source, terminated, epoch, ordinal, text } = this;
    return { stream, number, at, level, source, terminated, epoch, ordinal, text };
  }
}
