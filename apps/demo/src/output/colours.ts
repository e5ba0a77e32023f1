import pc from 'picocolors';

export type Colours = ReturnType<typeof pc.createColors>;

/** Colours for what goes to `stream`: on a terminal that has them, and where `FORCE_COLOR` asks for them. */
export function coloursFor(stream: NodeJS.WriteStream): Colours {
  const { FORCE_COLOR: forced } = process.env;
  const wanted = forced !== undefined && forced !== '0' && forced !== 'false';
  // hasColors knows NO_COLOR and what the terminal can do.
  return pc.createColors(stream.isTTY ? stream.hasColors() : wanted);
}
