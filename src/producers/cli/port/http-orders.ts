// Orders as a gateway has them, for verbs that run anywhere. Each method is one call of the API.
import { failure, type Result } from "../../../shared/base/result.ts";
import { isRequestAnswered, isRequestMade } from "../../../shared/certificate/timeline-events.ts";
import type { Explanation } from "../explain/explain-order.ts";
import type { Call } from "./http-call.ts";
import { type Approvers, type Files, isResult, type Orders, type Placed, type Seen, type Shown } from "./orders.ts";

export function httpOrders(
  call: Call,
): Orders & { approvers: (domain: string, product?: string) => Promise<Approvers | Result> } {
  const of = (reference: string, more = ""): string => `/certificates/${encodeURIComponent(reference)}${more}`;
  const got = async <T>(...asked: Parameters<Call>): Promise<T | Result> => {
    const answer = await call(...asked);
    return isResult(answer) ? answer : (answer.body as T);
  };
  const seen = async (...asked: Parameters<Call>): Promise<Seen | Result> => {
    const shown = await got<Shown>(...asked);
    if (isResult(shown) || "timeline" in shown) return isResult(shown) ? shown : seenOf(shown);
    // An order of earlier versions that is named like an address of the API (accept-order.ts).
    return failure("failed", "This order has the name of an address of the API. Look at it on a machine of the fleet.");
  };

  return {
    find: (reference) => seen("GET", of(reference)),
    page: ({ expiresBefore, attention, ...exact }, page) =>
      got("GET", "/certificates", {
        query: {
          ...{ ...exact, ...page },
          ...(expiresBefore && { expires_before: expiresBefore.toISOString() }),
          ...(attention && { attention: "true" }),
        },
      }),
    async place(body) {
      const answer = await call("POST", "/certificates", { body });
      if (isResult(answer)) return answer;
      const { normalised, warnings, ...shown } = answer.body as Shown & Pick<Placed, "normalised" | "warnings">;
      // The certificate has warnings of its own, which none has before it is issued.
      return { seen: seenOf({ ...shown, warnings: [] }), isNew: answer.status === 202, normalised, warnings };
    },
    rehearse: (body) => got("POST", "/certificates", { query: { dryRun: "true" }, body }),
    async pem(reference) {
      const pem = await got<string>("GET", of(reference, "/pem"));
      return typeof pem === "string" ? { pem } : pem;
    },
    files: (reference) => got<{ files: Files }>("GET", of(reference, "/files")),
    async file(reference, name) {
      const content = await got<string>("GET", of(reference, `/files/${name}`));
      return typeof content === "string" ? { content } : content;
    },
    explain: (reference) => got<Explanation>("GET", of(reference, "/explanation")),
    reissue: (reference, body) => seen("POST", of(reference, "/reissues"), { body }),
    async change(reference, body) {
      const answer = await got<Shown & Pick<Placed, "normalised">>("PATCH", of(reference), { body });
      if (isResult(answer)) return answer;
      const { normalised, ...shown } = answer;
      return { seen: seenOf(shown), normalised };
    },
    extend: (reference, years) => seen("POST", of(reference, "/extend"), { body: { years } }),
    askApprover: (reference, body) => seen("POST", of(reference, "/approver"), { body }),
    agree: (reference, body) => seen("PUT", of(reference, "/validation-method"), { body }),
    correctCsr: (reference, body) => seen("PUT", of(reference, "/csr"), { body }),
    takeIn: (reference, pem) => seen("PUT", of(reference, "/certificate"), { body: { pem } }),
    async decide(reference, decision, confirm) {
      const isCancel = decision.decision === "cancel";
      const body = { ...decision, ...(isCancel && confirm !== undefined && { confirm }) };
      const answer = await seen("POST", of(reference, "/attention/resolve"), { body });
      const loss = isResult(answer) && isCancel && confirm === undefined ? lossIn(answer) : undefined;
      return loss === undefined ? answer : { loss };
    },
    approvers: (domain, product) => got("GET", "/approvers", { query: { domain, product } }),
  };
}

function seenOf(shown: Shown): Seen {
  const made = shown.timeline.findLastIndex(({ event }) => isRequestMade(event));
  const isPending = made >= 0 && !shown.timeline.slice(made).some(({ event }) => isRequestAnswered(event));
  return { shown, isPending };
}

/** The gateway says it as what is wrong with `confirm`, with advice for its own callers behind it. */
function lossIn({ json }: Result): string | undefined {
  const { faults = [] } = json as { faults?: { field: string; message: string }[] };
  const message = faults.find(({ field }) => field === "confirm")?.message;
  return message?.replace(/ To cancel all the same, give \S+ here\.$/, "");
}
