import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

let known: string | undefined;

/**
 * Names this run of the machine: it changes when the machine boots, and only then. After a reboot what was not
 * synced may be gone, so epochs can repeat with other contents (S3) and a torn tail is no damage (S7).
 */
export function bootId(): string {
  known ??= readBootId();
  return known;
}

function readBootId(): string {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    if (process.platform === 'darwin') {
      const text = execFileSync('/usr/sbin/sysctl', ['-n', 'kern.boottime'], { encoding: 'utf8' });
      const seconds = /sec = (\d+)/.exec(text)?.[1];
      if (seconds !== undefined) return `${hostname()}-${seconds}`;
    }
  } catch {
    // Hidden by a sandbox: the clock below names the boot well enough.
  }
  // Rounded to ten minutes, since the two clocks drift apart. A wrong guess costs a new lineage, never data.
  return `${hostname()}-${Math.round((Date.now() / 1000 - uptime()) / 600)}`;
}
