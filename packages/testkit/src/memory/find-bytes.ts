/**
 * Makes a function that finds the UTF-8 of `text` in bytes: the offset of its first place, or -1. Bytes that are no
 * UTF-8 are searched like any other. `ignoreCase` folds the letters of ASCII, and only those.
 */
export function findBytes(text: string, ignoreCase: boolean): (bytes: Uint8Array) => number {
  const fold = ignoreCase ? foldAscii : (bytes: Uint8Array) => bytes;
  const needle = Buffer.from(fold(Buffer.from(text, 'utf8')));
  return (bytes) => Buffer.from(fold(bytes)).indexOf(needle);
}

function foldAscii(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
}
