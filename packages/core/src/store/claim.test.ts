import { expect, test } from 'vitest';
import { codeOf } from '../fixtures/code-of.ts';
import { ScriptedDriver } from '../fixtures/scripted-driver.ts';
import { claim } from './claim.ts';

test('S5: a driver can be claimed once, until it is given free', async () => {
  const driver = new ScriptedDriver();
  const unclaim = claim(driver);
  expect(await codeOf(() => claim(driver))).toBe('INVALID_ARGUMENT');
  claim(new ScriptedDriver());
  unclaim();
  claim(driver);
});

test('S11: what is no driver is refused', async () => {
  for (const wrong of [undefined, null, 'records.db', {}, { open: () => undefined }]) {
    expect(await codeOf(() => claim(wrong as never))).toBe('INVALID_ARGUMENT');
  }
});
