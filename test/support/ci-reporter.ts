// The closing line of a run that machines count: "N passed, N failed, N skipped".
import type { Reporter, TestModule } from "vitest/node";

export default class CountReporter implements Reporter {
  /** An error outside of every test, and a file that did not even load, count as one failure each. */
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const states = modules.flatMap((module) => {
      const ofTests = [...module.children.allTests()].map((test) => test.result().state);
      const brokeOutside = module.state() === "failed" && !ofTests.includes("failed");
      return brokeOutside ? [...ofTests, "failed" as const] : ofTests;
    });
    const count = (state: string): number => states.filter((one) => one === state).length;
    const failed = count("failed") + errors.length;
    const passed = count("passed");
    // What never ran, since the run was cut short, is skipped too.
    const skipped = states.length - passed - count("failed");
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  }
}
