/** One line of the closing table: `ok      typecheck          4.2 s   10 packages, 9 from the cache`. */
export function stepLine({ name, ok, seconds, note = '' }) {
  const time = seconds === undefined ? '' : `${seconds.toFixed(1)} s`;
  return `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(14)} ${time.padStart(8)}  ${note}`.trimEnd();
}

/** A turbo task as such a step. Packages that never ran are no success either. */
export function turboStep({ task, failed, notRun, cached, total, seconds }) {
  const notes = [`${total} packages${cached > 0 ? `, ${cached} from the cache` : ''}`];
  if (failed.length > 0) notes.push(`failed: ${failed.join(', ')}`);
  if (notRun.length > 0) notes.push(`not run: ${notRun.join(', ')}`);
  return {
    name: task,
    ok: failed.length === 0 && notRun.length === 0,
    seconds,
    note: notes.join('; '),
  };
}
