/**
 * What an armed crash point throws. Deliberately no `StoreError`: it stands for a fault that nobody foresaw, and a
 * store has to wrap it like any other.
 */
export class CrashError extends Error {
  /** The crash point that was reached. */
  readonly point: string;

  constructor(point: string) {
    super(`crash point ${point} was reached`);
    this.name = 'CrashError';
    this.point = point;
  }
}
