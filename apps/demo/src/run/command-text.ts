/** A command as one would type it into a shell: what a shell would take apart is quoted. */
export function commandText(argv: readonly string[]): string {
  return argv
    .map((argument) =>
      /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`,
    )
    .join(' ');
}

/** Longest name that a run gets from its command, in UTF-16 units. */
const maxName = 80;

/** The name of a run that was given none. */
export function nameFromCommand(argv: readonly string[]): string {
  const line = argv.join(' ').replaceAll(/\s+/g, ' ').trim();
  return line.length <= maxName ? line : `${line.slice(0, maxName - 1).toWellFormed()}…`;
}
