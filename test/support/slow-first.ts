// The order in which a run begins its test files: those that take longest first, so that none of them is begun when the others are
// done. A new machine has no times of earlier runs, by which vitest would know it.
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By how long they took on two cores. A file that is not here is begun behind them. */
const SLOWEST = [
  "test/sandbox/start.test.ts",
  "test/workers/accounts/bound-login.test.ts",
  "test/topologies/topologies.test.ts",
  "test/processes.test.ts",
  "test/prove/first-half.test.ts",
  "test/workers/purchase/unread.test.ts",
  "test/sandbox/trouble.test.ts",
  "test/package/package.test.ts",
  "test/workers/fair/orders.test.ts",
  "test/producers/http/assets/pages.test.ts",
  "test/prove/second-half.test.ts",
  "test/workers/purchase/select-account.test.ts",
  "test/sandbox/years.test.ts",
  "test/workers/open/check-issuance.test.ts",
  "test/storm/storm.test.ts",
  "test/workers/webhook/killed.test.ts",
  "test/workers/open/crash-points.test.ts",
  "test/stopping.test.ts",
  "test/workers/balance/waiting-orders.test.ts",
  "test/workers/ledger/model.test.ts",
  "test/producers/cli/process.test.ts",
  "test/workers/purchase/buy.test.ts",
  "test/producers/http/sign-in/browser.test.ts",
  "test/shared/redis/connection/notice.test.ts",
];

export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const at = SLOWEST.findIndex((slow) => moduleId.endsWith(slow));
      return at === -1 ? SLOWEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
