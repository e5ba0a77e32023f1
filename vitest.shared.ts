import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Shared by every package's one-line vitest.config.ts. */
const config: ViteUserConfig = defineConfig({
  // Tests are TypeScript that Node 20 cannot parse once `await using` is in it: lower it as the build does.
  oxc: { target: 'node20' },
  test: {
    include: ['src/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    passWithNoTests: true,
    // The json report is what `npm test` counts; turbo keeps it with the cached result.
    reporters: ['default', 'json'],
    outputFile: { json: '.vitest/report.json' },
  },
});

export default config;
