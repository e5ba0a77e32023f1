const prefix = 'pin-';

/** The lock that those hold who read the files of a manifest with these `pins`: see `Manifest.pins`. */
export function pinName(pins: number): string {
  return `${prefix}${pins}`;
}

/** What `LockProvider.list` is asked for. */
export const pinPrefix: string = prefix;

/** The number in the name of a pin lock; `undefined` for any other. */
export function readPinName(name: string): number | undefined {
  const digits = /^pin-(\d{1,15})$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
