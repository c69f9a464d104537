// How a purchase's answer goes wrong at eNom: lost before or behind the effect, unreadable, refused, or too late.
import type { Fault } from "../../src/sandbox/enom/wire/faults.ts";
import type { Loss } from "./happenings.ts";
import { type Run, SETTLE_MS } from "./run.ts";

export function purchaseFault(run: Run, how: Loss): Fault {
  switch (how) {
    case "lose-answer":
    case "lose-request":
      return { kind: how };
    case "html":
      return { kind: "html", effect: false };
    case "html-behind":
      return { kind: "html", effect: true };
    case "cut":
      return { kind: "cut", bytes: 120 };
    case "no-funds":
      return {
        kind: "error",
        texts: ["Insufficient reseller balance"],
        codes: [{ number: "524181", string: "Payment error" }],
      };
    case "late":
      return lateBy(run, 0.7 * SETTLE_MS);
    case "very-late":
      return lateBy(run, 3 * SETTLE_MS);
  }
}

/** The effect comes so long after the request, by the run's clock. */
function lateBy(run: Run, ms: number): Fault {
  return {
    kind: "late-effect",
    get until() {
      const service = run.enom.asked("PurchaseServices").at(-1)?.parameters.service ?? "";
      const { promise, resolve } = Promise.withResolvers<void>();
      run.lateEffects.push({ service, sentAt: run.now, dueAt: run.now + ms, happens: resolve });
      return promise;
    },
  };
}
