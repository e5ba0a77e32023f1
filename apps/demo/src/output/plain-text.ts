import stripAnsi from 'strip-ansi';

/**
 * Text from a record as it may stand on one line of a terminal: without escape sequences, line ends and other control
 * characters, which a hostile name could use to draw over what we print.
 */
export function plainText(text: string): string {
  return stripAnsi(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu, ' ');
}

/** At most `length` characters of `text`; `…` says that there is more. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 1)).join('')}…`;
}
