import { defineConfig } from 'vitest/config';

/** End-to-end tests drive the built product, one at a time. */
const endToEnd = {
  globalSetup: ['test/global-setup.ts', 'test/built.ts'],
  fileParallelism: false,
};

/** One project per kind of test, so that `vitest run --project unit` stays quick while `npm test` runs all. */
export default defineConfig({
  test: {
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // A stuck test must end some day; how fast the machine is must not decide whether a test passes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: ['unit', 'integration', 'numeric', 'e2e'].map((name) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        ...(name === 'e2e' ? endToEnd : {}),
      },
    })),
  },
});
