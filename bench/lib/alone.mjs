// Runs one benchmark in a process of its own, started by run.mjs with --expose-gc: none measures the heap, or the
// compiled code, that another left behind. Sends its figures to the parent.

const [file, ...flags] = process.argv.slice(2);
const { run } = await import(new URL(`../${file}`, import.meta.url));
process.send(await run({ quick: flags.includes('--quick') }));
