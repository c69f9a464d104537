// The order in which a run begins its test files: those that take longest first, so that none of them is begun when the others are
// done. A new machine has no times of earlier runs, by which vitest would know it.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By how long they took on two cores. A file that is not here is begun behind them. */
const SLOWEST = [
  "test/processes.test.ts",
  "test/sandbox/start.test.ts",
  "test/workers/accounts/bound-login.test.ts",
  "test/topologies/topologies.test.ts",
  "test/prove/first-half.test.ts",
  "test/workers/purchase/unread.test.ts",
  "test/sandbox/trouble.test.ts",
  "test/package/package.test.ts",
  "test/prove/second-half.test.ts",
  "test/workers/purchase/select-account.test.ts",
  "test/workers/open/check-issuance.test.ts",
  "test/sandbox/years.test.ts",
  "test/workers/fair/orders.test.ts",
  "test/producers/http/assets/pages.test.ts",
  "test/workers/open/crash-points.test.ts",
  "test/storm/storm.test.ts",
  "test/workers/webhook/killed.test.ts",
  "test/workers/purchase/buy.test.ts",
  "test/sandbox/years/by-email.test.ts",
  "test/producers/http/error-texts.test.ts",
  "test/workers/balance/waiting-orders.test.ts",
  "test/producers/cli/process.test.ts",
  "test/stopping.test.ts",
  "test/shared/redis/connection/notice.test.ts",
  "test/workers/open/correct-csr.test.ts",
  "test/workers/ledger/model.test.ts",
  "test/examples/programs.test.ts",
  "test/sandbox/drill/drill.test.ts",
  "test/workers/accounts/reload.test.ts",
  "test/proxy/nginx.test.ts",
  "test/producers/http/sign-in/browser.test.ts",
  "test/workers/fair/arranger.test.ts",
  "test/workers/due/by-hand.test.ts",
  "test/shared/redis/address.test.ts",
  "test/workers/runtime/refused-jobs.test.ts",
  "test/monitoring/monitoring.test.ts",
  "test/producers/board/emptied-queues.test.ts",
  "test/producers/cli/certificate/validation-method.test.ts",
  "test/producers/cli/settings-at-once.test.ts",
  "test/sandbox/years/start.test.ts",
];

export class SlowFirst extends BaseSequencer {
  /** @throws Error that names the files of the list that are not there any more */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = SLOWEST.filter((file) => !existsSync(resolve(import.meta.dirname, "../..", file)));
    if (gone.length > 0) throw new Error(`test/support/slow-first.ts names what is no file: ${gone.join(", ")}`);
    const place = ({ moduleId }: TestSpecification): number => {
      const at = SLOWEST.findIndex((slow) => moduleId.endsWith(slow));
      return at === -1 ? SLOWEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
