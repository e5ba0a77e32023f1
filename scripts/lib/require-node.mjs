// Imported first by every entry script, and written in syntax that old versions parse, so that the first thing
// someone with an old Node sees is this sentence and not a SyntaxError.

const needed = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(
    `Stepwell needs Node ${needed.join('.')} or newer; this is Node ${process.versions.node}.\n` +
      'Install a current version from https://nodejs.org, or with the version manager you use (see .node-version).',
  );
  process.exit(1);
}
