import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { bootId } from './boot-id.ts';

test('S3: the boot has one name in every process of the machine', () => {
  expect(bootId()).toMatch(/^\S{8,}$/);
  expect(bootId()).toBe(bootId());
  const script = "import { bootId } from '@stepwell/core'; console.log(bootId());";
  const elsewhere = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
  });
  expect(elsewhere.trim()).toBe(bootId());
});
