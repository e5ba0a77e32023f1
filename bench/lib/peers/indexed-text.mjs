import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Lines in a plain text file, of which somebody knows where each begins. */
export class IndexedText {
  name;
  path;
  /** Of the file. */
  bytes = 0;
  count = 0;
  #file;
  #starts = [0];
  #keepOpen = true;

  constructor(path, name) {
    this.path = path;
    this.name = name;
    this.#file = openSync(path, 'w+');
  }

  append(lines) {
    const text = Buffer.from(`${lines.join('\n')}\n`);
    for (let at = 0, line = 0; line < lines.length; line += 1) {
      at = text.indexOf(10, at) + 1;
      this.#starts.push(this.bytes + at);
    }
    writeSync(this.#file, text);
    this.bytes += text.length;
    this.count += lines.length;
  }

  /** Nothing more is appended. Of a thousand files, each is opened when it is read. */
  finish({ keepOpen }) {
    this.#starts = Float64Array.from(this.#starts);
    this.#keepOpen = keepOpen;
    if (!keepOpen) closeSync(this.#file);
  }

  /** @returns {string[]} */
  read({ last, to = this.count, from = Math.max(1, to - last + 1) }) {
    const file = this.#keepOpen ? this.#file : openSync(this.path, 'r');
    const begin = this.#starts[from - 1];
    const bytes = Buffer.allocUnsafe(this.#starts[to] - begin);
    readSync(file, bytes, 0, bytes.length, begin);
    if (!this.#keepOpen) closeSync(file);
    return bytes.toString('utf8', 0, bytes.length - 1).split('\n');
  }

  close() {
    if (this.#keepOpen) closeSync(this.#file);
  }
}
