/** Milliseconds: what the first execution was created at. */
const epoch = 1_700_000_000_000;

/** An execution with all its fields, as a runner of builds saves it; 1 in 100 failed, 1 in 250 is a release. */
export function execution(n) {
  const failed = n % 100 === 99;
  return {
    id: `execution-${String(n).padStart(9, '0')}`,
    name: `nightly build ${n}`,
    command: 'make -j2 all',
    workingDirectory: '/srv/build',
    status: failed ? 'failed' : 'running',
    exitCode: failed ? 2 : null,
    errorMessage: failed ? 'make: *** [all] Error 2' : null,
    createdAt: epoch + n,
    startedAt: epoch + n + 100,
    completedAt: failed ? epoch + n + 90_000 : null,
    environment: { CI: 'true', LANG: 'C.UTF-8' },
    user: 'builder',
    tags: n % 250 === 249 ? ['main', 'nightly', 'release'] : ['main', 'nightly'],
    totalSteps: 5,
    completedSteps: 2,
    currentStepIndex: 2,
    metadata: { commit: 'a94a8fe5ccb19ba61c4c0873d391e987982fbcd3', attempt: 1 },
    session: null,
    retentionDays: null,
  };
}

/** Which execution it is: the `n` that made it. */
export function numberOf(record) {
  return record.createdAt - epoch;
}
