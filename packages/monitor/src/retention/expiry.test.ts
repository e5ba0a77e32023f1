import { newArtifact, newExecution } from '@stepwell/core';
import { expect, test } from 'vitest';
import { artifactExpiry, executionExpiry } from './expiry.ts';

const day = 86_400_000;
const run = { id: 'e', name: 'n', createdAt: 1_000, status: 'completed', completedAt: 5_000 } as const;

test('SF-68: an execution is kept for its days after its end, else for those of the store; 0 is for ever', () => {
  expect(executionExpiry(newExecution(run), 30)).toBe(5_000 + 30 * day);
  expect(executionExpiry(newExecution({ ...run, retentionDays: 1 }), 30)).toBe(5_000 + day);
  expect(executionExpiry(newExecution({ ...run, retentionDays: 0 }), 30)).toBe(Infinity);
  expect(executionExpiry(newExecution(run), 0)).toBe(Infinity);
  expect(executionExpiry(newExecution({ ...run, completedAt: null }), 1)).toBe(1_000 + day);
});

test('SF-45: what has not ended is kept, whatever its days', () => {
  for (const status of ['pending', 'running'] as const)
    expect(executionExpiry(newExecution({ ...run, status, retentionDays: 1 }), 1)).toBe(Infinity);
});

test('SF-68: days are of 24 hours, also when the clocks change, and may be as many as there are numbers', () => {
  const beforeTheChange = Date.UTC(2026, 2, 28, 12);
  expect(executionExpiry(newExecution({ ...run, completedAt: beforeTheChange }), 1)).toBe(
    Date.UTC(2026, 2, 29, 12),
  );
  const most = Number.MAX_SAFE_INTEGER;
  expect(executionExpiry(newExecution({ ...run, retentionDays: most }), 1)).toBeGreaterThan(most);
});

test('SF-68: an artifact has days of its own, or goes with its execution', () => {
  const artifact = { id: 'a', executionId: 'e', name: 'n', filePath: 'f', createdAt: 7 };
  expect(artifactExpiry(newArtifact(artifact))).toBeUndefined();
  expect(artifactExpiry(newArtifact({ ...artifact, retentionDays: 2 }))).toBe(7 + 2 * day);
  expect(artifactExpiry(newArtifact({ ...artifact, retentionDays: 0 }))).toBe(Infinity);
});
