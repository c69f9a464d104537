import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { SlowFirst } from "./test/support/slow-first.ts";

// Programs that tests start, and the packages that the tests themselves import, load in half the time.
process.env.NODE_COMPILE_CACHE = resolve(import.meta.dirname, ".data/compile-cache");

/**
 * One project; every test file brings its own prefix, so files run side by side on one private Redis. Importing a file of ours
 * does nothing and keeps nothing, so files of one worker share what is loaded: with a process for each, loading is half the work.
 */
export default defineConfig({
  test: {
    environment: "node",
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    reporters: process.env.CI ? ["default", "./test/support/ci-reporter.ts"] : ["default"],
    pool: "forks",
    isolate: false,
    maxWorkers: 5,
    sequence: { sequencer: SlowFirst },
    restoreMocks: true,
    unstubEnvs: true,
    setupFiles: ["test/support/patience.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
