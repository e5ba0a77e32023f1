import { spawn } from 'node:child_process';

/**
 * Sends `signal` to the process group that `pid` leads; 0 only asks. False when nobody is left in it.
 *
 * Windows has neither groups nor signals: there every signal ends the whole tree at once, and 0 asks for the one
 * process.
 */
export function signalTree(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (process.platform === 'win32' && signal !== 0) {
    spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }).on('error', () => {});
    return true;
  }
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch (error) {
    // EPERM: somebody is there who is not ours to signal, e.g. after a sudo.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
