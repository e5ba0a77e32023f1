import { join } from 'node:path';
import { passThrough } from './pass-through.mjs';
import { cli, root } from './paths.mjs';

const store = join(root, '.stepwell');
const example = 'examples/build.mjs';

/** The first minute with Stepwell: record a real build, list what is there, show it, say what to type next. */
export async function tour() {
  const record = ['run', '--store', store, '--name', 'example build', '--', 'node', example];
  const recorded = await step(
    `Recording \`node ${example}\`: every line, step and file it makes is kept.`,
    record,
  );
  // 125 to 127 are Stepwell's own: it could not record, or the command was not there to run.
  if (recorded >= 125) return recorded;
  console.log(
    '\nOne step of this example fails on purpose, to show how a failure is kept' +
      (recorded === 0 ? '.' : `; hence the exit code ${recorded}, which is the command's own.`),
  );

  const listed = await step('What has been recorded:', ['ls', '--store', store]);
  if (listed !== 0) return listed;
  const shown = await step('The run just recorded:', ['show', 'latest', '--store', store]);
  if (shown !== 0) return shown;

  console.log(`
Next:
  npm start -- run -- <any command>    record a command of your own
  npm start -- ls                      list the runs
  npm start -- show latest             show one, with its steps and artifacts
  npm start -- logs latest             read its output again
  npm start --silent -- ls --json      the same as data, without npm's banner
`);
  return 0;
}

function step(title, args) {
  console.log(`\n── ${title}\n`);
  return passThrough(process.execPath, [cli, ...args], { cwd: root });
}
