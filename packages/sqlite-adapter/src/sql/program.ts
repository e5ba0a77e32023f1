/*
 * A compiled statement, as EXPLAIN lists it: one line per instruction, first the statement's own, then those of each
 * trigger, which count their addresses from 0 again. SQLite documents the opcodes, and the flags in p5 in its source.
 */

export type Instruction = readonly [
  address: number,
  opcode: string,
  p1: number,
  p2: number,
  p3: number,
  p4: unknown,
  p5: number,
];

/** Flags in `p5` of OpenWrite and of Insert. */
const isNewTable = 0x10;
const isUpdate = 0x04;
const setsLastRowid = 0x20;

/** Whether it writes one of `trees`, each named by the page where it begins; triggers and cascades count. */
export function writes(program: readonly Instruction[], trees: ReadonlySet<number>): boolean {
  return program.some(([, opcode, p1, p2, p3, , p5]) => {
    // What is written to a new table is one that the same program makes: p2 is no page then.
    if (opcode === 'OpenWrite') return p3 === 0 && trees.has(p2) && (p5 & isNewTable) === 0;
    return opcode === 'Clear' && p2 === 0 && trees.has(p1);
  });
}

/**
 * Whether each row that it changes is one that it inserts under a rowid, so that SQLite's last rowid is of its own
 * making: no update, no upsert, which may be one, and no table WITHOUT ROWID. What triggers insert does not count.
 */
export function insertsByRowid(program: readonly Instruction[]): boolean {
  const next = program.findIndex(([address], line) => line > 0 && address === 0);
  const own = next < 0 ? program : program.slice(0, next);
  return (
    own.some(
      ([, opcode, p1, , , , p5]) =>
        (opcode === 'Insert' && (p5 & setsLastRowid) !== 0) || (opcode === 'VUpdate' && p1 === 1),
    ) && !own.some(([, opcode, , , , , p5]) => opcode === 'Insert' && (p5 & isUpdate) !== 0)
  );
}

/** Whether it makes something temporary, or drops only that: what the store put there belongs to the store. */
export function isTemporary(word: string | undefined, program: readonly Instruction[]): boolean {
  const schemas = new Set(
    program.filter(([, opcode]) => opcode === 'SetCookie').map(([, , schema]) => schema),
  );
  return schemas.has(1) && (word === 'CREATE' || !schemas.has(0));
}
