import { Counter, type Registry } from 'prom-client';
import type { TaskReport } from '../maintenance/task.ts';

/** Counts maintenance runs: the one metric that must outlive a scrape. */
export class MaintenanceCounter {
  readonly #counter: Counter<'task' | 'outcome'>;

  constructor(registry: Registry) {
    this.#counter = new Counter({
      name: 'stepwell_maintenance_runs_total',
      help: 'Scheduled maintenance runs by what came of them.',
      labelNames: ['task', 'outcome'],
      registers: [registry],
    });
  }

  add({ task, report, error }: TaskReport): void {
    this.#counter.inc({
      task,
      outcome: error !== null ? 'failed' : report?.performed ? 'performed' : 'nothing-to-do',
    });
  }
}
