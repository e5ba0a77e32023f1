/**
 * Says that something slow is going on: one line that counts seconds on a terminal; in a log file one line for each
 * phase and one more every 15 seconds. Everything goes to stderr, so that piped output stays the command's own.
 */
export function progress(title) {
  const started = Date.now();
  const live = process.stderr.isTTY === true;
  let phase = '';
  let lastWritten = 0;

  const seconds = () => Math.round((Date.now() - started) / 1000);
  const line = () => `${title}${phase && `: ${phase}`} (${seconds()} s)`;
  const write = () => {
    lastWritten = Date.now();
    process.stderr.write(live ? `\r\x1b[2K${line()}` : `${line()}\n`);
  };

  write();
  const timer = setInterval(() => {
    if (live || Date.now() - lastWritten >= 15_000) write();
  }, 1000);

  return {
    phase(next) {
      if (next === phase) return;
      phase = next;
      write();
    },
    stop() {
      clearInterval(timer);
      if (live) process.stderr.write('\r\x1b[2K');
    },
  };
}
