/*
 * What a build prints: compiler calls, warnings with the code they are about, tests, downloads, messages of make. Lines of
 * some 110 bytes, the same ones for the same seed. Files come back now and then, further apart than a compressor with a
 * small window looks; versions, times and checksums are never the same.
 */
const words = (
  'core util net http parser lexer codec stream buffer queue cache index store table page lock file path thread timer ' +
  'event signal socket url json xml crypto hash random math matrix vector image audio video font glyph layout style dom ' +
  'script engine heap loader linker symbol debug trace test mock fixture bench main config option flag env shell term ' +
  'color theme widget menu dialog input output reader writer scanner printer format locale zone unicode regexp glob diff'
).split(' ');

/** @param {number} seed @returns {Generator<string, never>} lines without end */
export function* buildLog(seed) {
  const dice = new Dice(seed);
  const word = () => dice.pick(words);
  const directories = Array.from(
    { length: 60 },
    () => `${dice.pick(['src', 'lib', 'packages', 'third_party'])}/${word()}/${word()}`,
  );
  const files = Array.from({ length: 1500 }, () => `${dice.pick(directories)}/${word()}_${word()}`);
  for (let step = 1; ; step += 1) yield* kinds[dice.below(kinds.length)](dice, word, files, step);
}

const compile = function* (_, __, files, step) {
  const file = files[(step * 7) % files.length];
  const count = `${step % files.length}/${files.length}`.padStart(9);
  yield `[${count}] c++ -O2 -g -Wall -Wextra -std=c++20 -Iinclude -Ibuild/gen -MD -c ${file}.cc -o build/obj/${file}.o`;
};

const test = function* (dice, word, files) {
  const where = dice.pick(files).replaceAll('/', ' › ');
  const what = `${dice.pick(['returns', 'rejects', 'keeps', 'drops', 'closes'])} the ${word()}`;
  const when = `${dice.pick(['when', 'after', 'while'])} the ${word()} ${dice.pick(['is empty', 'fails', 'is closed'])}`;
  yield ` ✓ ${where} › ${word()} ${what} ${when} (${dice.below(2000)} ms)`;
};

const warning = function* (dice, word, files) {
  const line = dice.below(900);
  const name = `${word()}${dice.pick(['Size', 'Count', 'Name', 'Index'])}`;
  const code = `${dice.pick(['int', 'void', 'auto', 'bool'])} ${word()}_${word()}(const ${word()}& ${word()}, size_t ${name})`;
  const file = dice.pick(files);
  yield `${file}.cc:${line}:${dice.below(80)}: warning: unused parameter '${name}' [-Wunused-parameter]`;
  yield `${String(line).padStart(5)} |   ${code} const override {`;
  yield `      |   ${' '.repeat(dice.below(50))}^${'~'.repeat(dice.below(14))}`;
};

const download = function* (dice, word) {
  const time = new Date(1_760_000_000_000 + dice.below(1e9)).toISOString();
  const version = `${dice.below(20)}.${dice.below(30)}.${dice.below(10)}`;
  const checksum = Array.from({ length: 16 }, () => dice.below(16).toString(16)).join('');
  yield `${time} INFO  [${word()}-${dice.below(16)}] fetched ${word()}-${word()}@${version} sha256:${checksum} in ${dice.below(2000)} ms`;
};

const unpack = function* (dice, word) {
  const version = `${dice.below(20)}.${dice.below(30)}.${dice.below(10)}`;
  const size = (dice.below(9000) / 10).toFixed(1);
  yield `added ${word()}-${word()} ${version} from cache, ${dice.below(400)} files, ${size} kB unpacked to .store/${word()}-${word()}`;
};

const make = function* (dice, _, files) {
  const seconds = (dice.below(900) / 100).toFixed(2);
  yield `make[${1 + dice.below(3)}]: Leaving directory '/srv/build/workspace/${dice.pick(files)}' after ${seconds} s`;
};

/** As often as they are here. */
const kinds = [compile, compile, compile, compile, test, test, download, warning, unpack, make];

/** Numbers that are the same for the same seed. */
export class Dice {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `limit`. */
  below(limit) {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick(list) {
    return list[this.below(list.length)];
  }
}
