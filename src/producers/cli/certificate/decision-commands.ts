// Registers `certfleet certificate resolve` and `cancel`: what a person must decide, and confirm where money is lost.
import { failure } from "../../../shared/base/result.ts";
import type { Decision } from "../port/orders.ts";
import { fromAfar, type Json, resultVerb, sentence, wholeNumber } from "../verbs.ts";
import type { Noun } from "./noun.ts";
import type { AskReference } from "./write.ts";

interface ResolveOptions extends Json {
  adopt?: number;
  notBought?: boolean;
  refunded?: boolean;
  retry?: boolean;
  cancel?: boolean;
  reason: string;
  confirm?: string;
}

export function registerDecisions({ certificate, answer, withOrders }: Noun): void {
  fromAfar(
    resultVerb(certificate, "resolve <reference>", {
      does: "make a decision that Certfleet must not make; give exactly one",
      example: 'certificate resolve bill-1001 --adopt 900123 --reason "found in the list, unused"',
    }),
  )
    .option("--adopt <CertID>", "this slot was bought for the order", wholeNumber)
    .option("--not-bought", "it is certain that nothing was bought: buy again")
    .option("--refunded", "eNom returned the money: buy again")
    .option("--retry", "the cause is fixed: continue")
    .option("--cancel", "cancel the order")
    .requiredOption("--reason <text>", "why; kept in the timeline", sentence(500))
    .option("--confirm <reference>", "for --cancel: the reference once more, where money would be lost")
    .action((reference: string, options: ResolveOptions) =>
      answer(options, async () => {
        const decision = decisionOf(options);
        if (!decision) return failure("usage", ONE_DECISION);
        const { confirm } = options;
        if (confirm !== undefined && decision.decision !== "cancel")
          return failure("usage", "--confirm goes with --cancel.");
        const [{ resolveCertificate }, ask] = await Promise.all([import("./write.ts"), findAsk(options)]);
        return withOrders((orders) => resolveCertificate(reference, decision, orders, { confirm, ...ask }));
      }),
    );

  fromAfar(
    resultVerb(certificate, "cancel <reference>", {
      does: "cancel an order; asks for its reference once more",
      example: 'certificate cancel bill-1001 --reason "not wanted" --confirm bill-1001',
    }),
  )
    .requiredOption("--reason <text>", "why; kept in the timeline", sentence(500))
    .option("--confirm <reference>", "the reference once more, instead of being asked")
    .option("--yes", "do not ask, whatever money is lost")
    .action((reference: string, options: Json & { reason: string; confirm?: string; yes?: boolean }) =>
      answer(options, async () => {
        const [{ cancelCertificate }, ask] = await Promise.all([import("./write.ts"), findAsk(options)]);
        return withOrders((orders) => cancelCertificate(reference, { ...options, ...ask }, orders));
      }),
    );
}

/** Nobody is asked who wants JSON, or sits at no terminal. */
async function findAsk({ json, confirm }: Json & { confirm?: string }): Promise<{ ask?: AskReference }> {
  if (json || confirm !== undefined || !process.stdin.isTTY) return {};
  const { findPerson } = await import("../account/add-terminal.ts");
  const person = findPerson(process.stdin, process.stderr);
  return person ? { ask: (label) => person.text({ label, check: () => undefined }) } : {};
}

const ONE_DECISION = "Give exactly one of --adopt <CertID>, --not-bought, --refunded, --retry, --cancel.";

function decisionOf({ adopt, notBought, refunded, retry, cancel, reason }: ResolveOptions): Decision | undefined {
  const made: Decision[] = [
    ...(adopt ? [{ decision: "adopt" as const, certId: adopt, reason }] : []),
    ...(notBought ? [{ decision: "not-bought" as const, reason }] : []),
    ...(refunded ? [{ decision: "refunded" as const, reason }] : []),
    ...(retry ? [{ decision: "retry" as const, reason }] : []),
    ...(cancel ? [{ decision: "cancel" as const, reason }] : []),
  ];
  return made.length === 1 ? made[0] : undefined;
}
