import stripAnsi from 'strip-ansi';

/**
 * Text from a record as it may stand on one line of a terminal: without escape sequences, line ends and other control
 * characters, which a hostile name could use to draw over what we print.
 */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go.
  return stripAnsi(text).replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g,
    ' ',
  );
}

/** At most `length` characters of `text`; `…` says that there is more. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}
