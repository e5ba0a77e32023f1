/** How a thing is. */
export type HealthStatus = 'pass' | 'warn' | 'fail';

/** The media type of a {@link HealthDocument}; serve `fail` with HTTP status 503. */
export const healthContentType = 'application/health+json';

/** One thing that was looked at, as draft-inadarei-api-health-check-06 has it. */
export interface HealthCheck {
  readonly status: HealthStatus;
  readonly componentType: 'datastore' | 'system' | 'component';
  readonly observedValue: number;
  readonly observedUnit: string;
  /** When, ISO 8601. */
  readonly time: string;
  /** Why it is not `pass`. */
  readonly output?: string;
}

/** The state of a store for machines that decide whether to send work to it. */
export interface HealthDocument {
  /** The worst of the checks. */
  readonly status: HealthStatus;
  readonly description: string;
  /** What is wrong, in words; absent when nothing is. */
  readonly output?: string;
  /** By `component:measure`; each has one entry. */
  readonly checks: Readonly<Record<string, readonly HealthCheck[]>>;
}
