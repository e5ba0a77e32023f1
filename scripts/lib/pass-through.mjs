import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const onTerminal = () => process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;

/**
 * Runs a program in our place: its streams are ours, the signals we get are its own, and its exit status is the one
 * we return. Where it dies of a signal the status is 128 + the signal's number, as a shell would say it.
 */
export function passThrough(command, args, { cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit' });

    const forward = (signal) => {
      // Ctrl-C in a terminal reaches the whole foreground group: the child has it already, and a second one would
      // mean "now, and without clean-up" to many programs.
      if (signal === 'SIGINT' && onTerminal()) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
    for (const signal of signals) process.on(signal, forward);

    const done = (settle) => (value) => {
      for (const signal of signals) process.off(signal, forward);
      settle(value);
    };
    child.on('error', done(reject));
    child.on('exit', (code, signal) => done(resolve)(code ?? 128 + constants.signals[signal]));
  });
}
