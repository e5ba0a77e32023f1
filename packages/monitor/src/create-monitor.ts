import {
  checkOptions,
  type Maintenance,
  type Problem,
  type Reader,
  type Store,
  StoreError,
  toStoreError,
} from '@stepwell/core';
import { Registry } from 'prom-client';
import { type DoctorOptions, doctorOptionShape, type Finding } from './doctor/finding.ts';
import { toFindings } from './doctor/to-findings.ts';
import { examine, type Instruments } from './examine/examine.ts';
import { probeRead, readNewest } from './examine/probe-read.ts';
import { thresholds } from './examine/thresholds.ts';
import type { HealthDocument } from './health/health-document.ts';
import { toHealth } from './health/to-health.ts';
import { type RunTask, Scheduler } from './maintenance/scheduler.ts';
import { maintenanceIntervals, type TaskReport } from './maintenance/task.ts';
import { countRecords } from './measure/count-records.ts';
import { ProcessProbe } from './measure/process-probe.ts';
import { Rates } from './measure/rates.ts';
import { recordsOf } from './measure/records-of.ts';
import { fillRegistry } from './metrics/fill-registry.ts';
import { MaintenanceCounter } from './metrics/maintenance-counter.ts';
import type { Monitor, MonitorOptions, Stats } from './monitor.ts';
import { monitorDefaults, monitorOptionShape } from './settings.ts';

/**
 * Watches a store, whichever backend it has. Given a reader, it can do all but maintenance.
 *
 * @throws `INVALID_ARGUMENT`, naming the option
 * @example
 * ```ts
 * import { openStore } from '@stepwell/core';
 * import { createMonitor } from '@stepwell/monitor';
 * import { memoryRecords } from '@stepwell/testkit';
 *
 * const store = await openStore(memoryRecords());
 * const monitor = createMonitor(store, { onReport: ({ task, error }) => error && console.error(task, error) });
 * monitor.start();
 * console.log((await monitor.health()).status); // pass
 * for (const { summary, fix } of await monitor.doctor()) console.log(`${summary}\n  ${fix}`);
 * await monitor.stop();
 * await store.close();
 * ```
 */
export function createMonitor<View>(store: Reader<View>, options: MonitorOptions<View> = {}): Monitor {
  return new StoreMonitor(store, options);
}

class StoreMonitor<View> implements Monitor {
  readonly #store: Reader<View>;
  readonly #process = new ProcessProbe();
  readonly #rates = new Rates();
  readonly #instruments: Instruments<View>;
  readonly #scheduler: Scheduler | undefined;
  readonly #onReport: (report: TaskReport) => void;
  readonly #lasting = new Registry();
  readonly #runs = new MaintenanceCounter(this.#lasting);
  readonly #reports: TaskReport[] = [];

  constructor(store: Reader<View>, given: MonitorOptions<View>) {
    const options = checkOptions<MonitorOptions<View>>(given, monitorOptionShape);
    this.#store = store;
    this.#onReport = options.onReport ?? (() => undefined);
    this.#instruments = {
      probe: options.probe ?? readNewest,
      readTimeout: options.readTimeout ?? monitorDefaults.readTimeout,
      thresholds: { ...thresholds, ...options.thresholds },
      complete: (measured) => this.#complete(measured),
      reports: () => this.#reports,
      now: options.now ?? Date.now,
    };
    const intervals = { ...maintenanceIntervals, ...options.maintenance };
    const run = taskRunner(store, options.prune);
    this.#scheduler = run && new Scheduler(run, intervals, (report) => this.#keep(report));
  }

  get reports(): readonly TaskReport[] {
    return [...this.#reports];
  }

  get metricsContentType(): string {
    return this.#lasting.contentType;
  }

  async stats(): Promise<Stats> {
    const measures = await this.#store.stats();
    const records = await this.#store.withSnapshot(async ({ view }) => {
      const shown = recordsOf(view);
      return shown === undefined ? null : await countRecords(shown);
    });
    return this.#stats(this.#complete(measures), records);
  }

  async health(): Promise<HealthDocument> {
    return toHealth(this.#store.name, await examine(this.#store, this.#instruments));
  }

  async doctor(options: DoctorOptions = {}): Promise<readonly Finding[]> {
    const { verify = true, signal } = checkOptions<DoctorOptions>(options, doctorOptionShape);
    const examination = await examine(this.#store, this.#instruments);
    return toFindings(examination, verify ? await this.#verify(signal) : []);
  }

  async metrics(): Promise<string> {
    const registry = new Registry();
    const { probe, readTimeout } = this.#instruments;
    const { error } = await probeRead(this.#store, probe, readTimeout);
    try {
      if (error !== null) throw error;
      fillRegistry(registry, await this.stats(), true);
    } catch {
      // A scrape shows that it is down; health and the doctor say why.
      fillRegistry(registry, this.#stats(this.#process.measures(), null), false);
    }
    return await Registry.merge([registry, this.#lasting]).metrics();
  }

  start(): void {
    if (this.#scheduler !== undefined) this.#scheduler.start();
    else throw new StoreError('NOT_SUPPORTED', 'a store that is open for reading only cannot be maintained');
  }

  async stop(): Promise<void> {
    await this.#scheduler?.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.stop();
    await this.stop();
  }

  #complete(measured: Stats['measures']): Stats['measures'] {
    const rates = this.#rates.measures(measured, performance.now());
    return [...measured, ...rates, ...this.#process.measures()];
  }

  #stats(measures: Stats['measures'], records: Stats['records']): Stats {
    return { at: this.#instruments.now(), store: this.#store.name, measures, records };
  }

  async #verify(signal: AbortSignal | undefined): Promise<readonly Problem[]> {
    try {
      const report = await maintenanceOf(this.#store)?.verify(signal && { signal });
      return report?.problems ?? [];
    } catch (error) {
      const { code, message } = toStoreError(error, 'IO', 'the verification failed');
      if (code === 'NOT_SUPPORTED') return [];
      // Closed is not damaged, and the examination has found it.
      if (code === 'NOT_OPEN') return [];
      if (code === 'ABORTED') throw error;
      return [{ id: `verify.${code}`, where: this.#store.name, message }];
    }
  }

  #keep(report: TaskReport): void {
    this.#reports.push(report);
    if (this.#reports.length > monitorDefaults.reportsKept) this.#reports.shift();
    this.#runs.add(report);
    try {
      this.#onReport(report);
    } catch (error) {
      // The listener is at fault, not the schedule, which goes on.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

/** The maintenance of a store that is open for writing. */
function maintenanceOf(
  store: Reader<unknown> & Partial<Pick<Store<unknown, unknown>, 'maintenance'>>,
): Maintenance | undefined {
  return store.maintenance;
}

/** What the schedule runs, for a store that is open for writing. */
function taskRunner(store: Reader<unknown>, prune: MonitorOptions<unknown>['prune']): RunTask | undefined {
  const own = maintenanceOf(store);
  return (
    own && (async (task, options) => await (task === 'prune' && prune ? prune(options) : own[task](options)))
  );
}
