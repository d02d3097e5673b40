import { defineConfig } from 'vitest/config'

const project = (name: string, include: string[], testTimeout: number) => ({
  extends: true as const,
  test: { name, include, testTimeout, hookTimeout: 60_000 },
})

/** Unit tests stand beside their subject; what needs servers is under test/, by kind. */
export default defineConfig({
  test: {
    // End-to-end tests mostly wait, for limits, leases and job statuses: four files at once keep two cores half busy.
    maxWorkers: 5,
    environment: 'node',
    projects: [
      project('unit', ['packages/**/*.test.ts', 'scripts/**/*.test.ts', 'test/unit/**/*.test.ts'], 20_000),
      project('integration', ['test/integration/**/*.test.ts'], 60_000),
      project('e2e', ['test/e2e/**/*.test.ts'], 120_000),
      project('browser', ['test/browser/**/*.test.ts'], 120_000),
    ],
  },
})
