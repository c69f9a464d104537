// What is kept of a person, at a gateway: the same verbs, which say the same.
import type { Result } from "../../../shared/base/result.ts";
import type { Call } from "../port/http-call.ts";
import { isResult } from "../port/orders.ts";

/** Every order is read. */
const ALL_MS = 300_000;

export function personAfar(call: Call) {
  return {
    async exported(email: string): Promise<Result> {
      const answer = await call("POST", "/customers:export", { body: { email }, ms: ALL_MS });
      if (isResult(answer)) return answer;
      const { exportedResult } = await import("./export.ts");
      return exportedResult(answer.body as Parameters<typeof exportedResult>[0]);
    },
    async erased(email: string): Promise<Result> {
      const answer = await call("POST", "/customers:erase", { body: { email, confirm: email }, ms: ALL_MS });
      if (isResult(answer)) return answer;
      const { erasedResult } = await import("./erase.ts");
      return erasedResult(answer.body as Parameters<typeof erasedResult>[0]);
    },
  };
}
