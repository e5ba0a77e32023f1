import { describe, expect, test } from 'vitest';
import { resolveStorePath, type Surroundings } from './resolve-store-path.ts';

const around = (changes: Partial<Surroundings> & { readonly stores?: readonly string[] }): Surroundings => ({
  cwd: '/home/ada/project/src',
  env: {},
  platform: 'linux',
  home: '/home/ada',
  isDirectory: (path) => (changes.stores ?? []).includes(path),
  ...changes,
});

describe.skipIf(process.platform === 'win32')('the store is', () => {
  const both = { stores: ['/home/ada/project/.stepwell'], env: { STEPWELL_STORE: '../records' } };

  test('what --store says, from the working directory', () => {
    expect(resolveStorePath('here', around(both))).toBe('/home/ada/project/src/here');
    expect(resolveStorePath('/srv/store', around(both))).toBe('/srv/store');
  });

  test('else what STEPWELL_STORE says', () => {
    expect(resolveStorePath(undefined, around(both))).toBe('/home/ada/project/records');
  });

  test('else the nearest .stepwell upwards, an empty variable being none', () => {
    const stores = ['/home/ada/project/.stepwell', '/home/ada/.stepwell'];
    expect(resolveStorePath(undefined, around({ stores, env: { STEPWELL_STORE: '' } }))).toBe(
      '/home/ada/project/.stepwell',
    );
    expect(resolveStorePath(undefined, around({ stores: ['/.stepwell'] }))).toBe('/.stepwell');
  });

  test("else the user's own", () => {
    expect(resolveStorePath(undefined, around({}))).toBe('/home/ada/.local/share/stepwell');
    expect(resolveStorePath(undefined, around({ env: { XDG_DATA_HOME: '/data' } }))).toBe('/data/stepwell');
    expect(resolveStorePath(undefined, around({ env: { XDG_DATA_HOME: 'relative' } }))).toBe(
      '/home/ada/.local/share/stepwell',
    );
    expect(resolveStorePath(undefined, around({ platform: 'darwin' }))).toBe(
      '/home/ada/Library/Application Support/stepwell',
    );
    expect(
      resolveStorePath(
        undefined,
        around({ platform: 'win32', env: { LOCALAPPDATA: 'C:\\Users\\ada\\AppData\\Local' } }),
      ),
    ).toBe('C:\\Users\\ada\\AppData\\Local\\stepwell');
  });
});
