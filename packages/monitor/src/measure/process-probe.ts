import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Measure } from '@stepwell/core';

/** How long a stretch the delay of the event loop is told for. A single stall should be seen, and then forgotten. */
const windowMs = 60_000;

/** What the process that holds the store does. Asking costs microseconds and waits for nothing. */
export class ProcessProbe {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: 10 });
  #delaySince = performance.now();
  #cpu = process.cpuUsage();
  #cpuSince = performance.now();

  constructor() {
    this.#delay.enable();
  }

  measures(): readonly Measure[] {
    const { rss, heapUsed } = process.memoryUsage();
    return [
      {
        name: 'process.uptime',
        unit: 'milliseconds',
        value: process.uptime() * 1000,
        meaning: 'Since the process began.',
      },
      {
        name: 'process.memory.bytes',
        unit: 'bytes',
        value: rss,
        meaning: 'Memory of the process (resident set).',
      },
      { name: 'process.heap.bytes', unit: 'bytes', value: heapUsed, meaning: 'JavaScript heap in use.' },
      {
        name: 'process.cpu',
        unit: 'ratio',
        value: this.#cpuRatio(),
        meaning: 'Processor time since last asked; 1 is one core.',
      },
      {
        name: 'process.eventloop.p99',
        unit: 'milliseconds',
        value: this.#delayP99(),
        meaning: 'How late timers ran, 99th percentile of about the last minute.',
      },
    ];
  }

  stop(): void {
    this.#delay.disable();
  }

  #cpuRatio(): number {
    const used = process.cpuUsage(this.#cpu);
    const now = performance.now();
    const elapsed = Math.max(1, now - this.#cpuSince);
    this.#cpu = process.cpuUsage();
    this.#cpuSince = now;
    return (used.user + used.system) / 1000 / elapsed;
  }

  #delayP99(): number {
    const p99 = this.#delay.count === 0 ? 0 : this.#delay.percentile(99) / 1e6;
    if (performance.now() - this.#delaySince > windowMs) {
      this.#delay.reset();
      this.#delaySince = performance.now();
    }
    return p99;
  }
}
