import { defineConfig } from "vitest/config";

/** One project; every test file brings its own prefix, so files run side by side on one private Redis. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: process.env.CI ? ["default", "./test/support/ci-reporter.ts"] : ["default"],
    pool: "forks",
    maxWorkers: 3,
    restoreMocks: true,
    unstubEnvs: true,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
