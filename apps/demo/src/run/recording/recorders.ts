import { type LogLineInit, type RecordedExecution, type RecordedStep, StoreError } from '@stepwell/core';
import type { Effect } from '../steps/react.ts';
import { describedStep, hasRoomFor } from './described.ts';
import { keepArtifact } from './keep-artifact.ts';
import { stepOptions } from './step-options.ts';
import { type RunWarning, Warnings } from './warnings.ts';

/** How long a full buffer may wait for a disk or a lock before recording is given up. Milliseconds. */
const patience = 10_000;

/** The recorder's handles of a run: the execution, and the step that is open. Effects are applied to them. */
export class Recorders {
  readonly #execution: RecordedExecution;
  readonly #cwd: string;
  readonly #onStop: (message: string) => void;
  readonly #warnings = new Warnings();
  #step: RecordedStep | undefined;

  constructor(execution: RecordedExecution, cwd: string, onStop: (message: string) => void) {
    this.#execution = execution;
    this.#cwd = cwd;
    this.#onStop = onStop;
  }

  /** Logs a line where it belongs: in the open step, or else in the execution. */
  log(line: LogLineInit): void | Promise<void> {
    const room = (this.#step ?? this.#execution).log(line);
    if (room !== undefined) return withinPatience(room, () => this.#execution.update({}));
  }

  /** Logs the line of a marker and does what the marker says. */
  async apply(
    line: LogLineInit,
    before: readonly Effect[],
    after: readonly Effect[],
    at: Pick<RunWarning, 'source' | 'line'>,
  ): Promise<void> {
    for (const effect of before) await this.#do(effect, at);
    await this.log(line);
    for (const effect of after) await this.#do(effect, at);
  }

  async warn(warning: RunWarning): Promise<void> {
    if (this.#warnings.add(warning)) await this.#execution.update({ metadata: this.#warnings.metadata });
  }

  async #do(effect: Effect, at: Pick<RunWarning, 'source' | 'line'>): Promise<void> {
    switch (effect.do) {
      case 'start-step':
        this.#step = await this.#execution.step(stepOptions(effect.name, effect.parameters));
        return;
      case 'complete-step':
        await this.#step?.complete();
        this.#step = undefined;
        return;
      case 'fail-step':
        await this.#step?.fail(effect.message);
        this.#step = undefined;
        return;
      case 'keep-artifact': {
        const owner = this.#step ?? this.#execution;
        const problem = await keepArtifact(owner, this.#cwd, effect.path, effect.description);
        if (problem !== undefined) await this.warn({ ...at, message: problem });
        return;
      }
      case 'describe': {
        const owner = this.#step ?? this.#execution;
        if (!hasRoomFor(effect.metadata, owner.record.metadata)) {
          await this.warn({ ...at, message: 'META: this record has too many keys already' });
        } else if (this.#step !== undefined) await this.#step.update(describedStep(effect.metadata));
        else await this.#execution.update({ metadata: effect.metadata });
        return;
      }
      case 'warn':
        await this.warn({ ...at, message: effect.message });
        return;
      case 'stop':
        this.#onStop(effect.message);
    }
  }
}

/**
 * A disk that stays full must not hold the command up for ever.
 * @param tryWriting tells what keeps the lines from being written, by failing with it
 */
async function withinPatience(room: Promise<void>, tryWriting: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  }).then(async () => {
    await tryWriting();
    throw new StoreError('BUSY', `the store has taken no more lines for ${patience / 1000} s`);
  });
  try {
    await Promise.race([room, late]);
  } finally {
    clearTimeout(timer);
  }
}
