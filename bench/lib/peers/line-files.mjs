import { closeSync, createWriteStream, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { streams } from '../pieces.mjs';

/** Beyond this a buffer is written. */
const bufferBytes = 65_536;

/** Where each peer but one keeps the lines of a stream. */
export function fileOf(directory, stream) {
  return join(directory, `${stream}.log`);
}

/** What an expert writes: for each stream a text that grows, written with one call whenever it is 64 KB long. */
export function byHand(directory) {
  const files = streams.map((stream) => openSync(fileOf(directory, stream), 'a'));
  const texts = files.map(() => '');
  return {
    add(stream, line) {
      const text = `${texts[stream]}${line}\n`;
      if (text.length >= bufferBytes) {
        writeSync(files[stream], text);
        texts[stream] = '';
      } else texts[stream] = text;
    },
    close() {
      for (const [stream, file] of files.entries()) {
        writeSync(file, texts[stream]);
        closeSync(file);
      }
    },
  };
}

/**
 * The same for the device: the lines of all streams in one file, since syncing a hundred files each time would take
 * seconds. It does not know which line is whose: it is only as fast as a disk can be written to.
 */
export function byHandToDevice(directory) {
  const file = openSync(fileOf(directory, 'all'), 'a');
  let text = '';
  const write = () => {
    if (text !== '') writeSync(file, text);
    text = '';
  };
  return {
    add(_stream, line) {
      text += `${line}\n`;
      if (text.length >= bufferBytes) write();
    },
    sync() {
      write();
      fdatasyncSync(file);
    },
    close() {
      this.sync();
      closeSync(file);
    },
  };
}

/** One `createWriteStream` for each stream, with a write for each line; who writes waits when he is told to. */
export function writeStreams(directory) {
  const files = streams.map((stream) => createWriteStream(fileOf(directory, stream), { flags: 'a' }));
  return {
    add(stream, line) {
      const file = files[stream];
      if (!file.write(`${line}\n`)) return new Promise((resolve) => file.once('drain', resolve));
    },
    async close() {
      await Promise.all(files.map((file) => new Promise((resolve) => file.end(resolve))));
    },
  };
}

/** pino with one destination for each stream, as fast as it goes: buffers of 64 KB, written at once, no pid, no host. */
export function pinos(directory) {
  const destinations = streams.map((stream) =>
    pino.destination({
      dest: fileOf(directory, stream),
      minLength: bufferBytes,
      maxWrite: 2 * bufferBytes,
      sync: true,
    }),
  );
  const loggers = destinations.map((destination) => pino({ base: null }, destination));
  return {
    add(stream, line) {
      loggers[stream].info(line);
    },
    async close() {
      for (const destination of destinations) {
        destination.flushSync();
        await new Promise((resolve) => destination.once('close', resolve).end());
      }
    },
  };
}
