/** An execution with all its fields, as StepFlow's benchmark of record saves it. @param {number} n */
export function execution(n) {
  return {
    id: `execution-${String(n).padStart(9, '0')}`,
    name: `nightly build ${n}`,
    command: 'make -j2 all',
    workingDirectory: '/srv/build',
    status: 'running',
    exitCode: null,
    errorMessage: null,
    createdAt: 1_700_000_000_000 + n,
    startedAt: 1_700_000_000_100 + n,
    completedAt: null,
    environment: { CI: 'true', LANG: 'C.UTF-8' },
    user: 'builder',
    tags: ['main', 'nightly'],
    totalSteps: 5,
    completedSteps: 2,
    currentStepIndex: 2,
    metadata: { commit: 'a94a8fe5ccb19ba61c4c0873d391e987982fbcd3', attempt: 1 },
    session: null,
    retentionDays: null,
  };
}
