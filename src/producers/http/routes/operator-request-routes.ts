// What a person asks for while an order is under way: another approver or the mail again, a cancellation, or a decision.

import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { actorText } from "../../../shared/authority/actor.ts";
import { emailAddress } from "../../../shared/base/email-address.ts";
import { sentence } from "../../../shared/base/text/shown-name.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { requestChecked } from "../../../shared/certificate/changes/approver-request.ts";
import { confirmCancel } from "../../../shared/certificate/changes/cancelled-money.ts";
import { reference } from "../../../shared/certificate/order.ts";
import type { OperatorRequest } from "../../../shared/certificate/record.ts";
import { admitAgain } from "../access/quota-guard.ts";
import { answers, bodyProblems, json, shownWith } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import { dropBlanks } from "../json-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { change, enqueueFor } from "../saving.ts";

const tags = ["Certificates"];
const params = z.object({ reference });
const reason = sentence(500).meta({
  description: "Why; kept in the timeline and in the audit trail",
  example: "the customer changed his mind",
});
const confirm = z.string().optional().meta({
  description:
    "The order's reference once more: needed where cancelling loses money, and for an issued certificate. The answer without it says which amount, and until when it can be refunded.",
  example: "bill-1001",
});
const response = answers(
  { 202: json("Saved; a worker carries it out next", certificateBody) },
  ...(["not-found", "not-now", "quota-exceeded", ...bodyProblems] as const),
);

const approverChange = z
  .strictObject({
    email: emailAddress.optional().meta({ description: "Who approves from now on", example: "admin@example.com" }),
    method: z.enum(["dns", "file"]).optional().meta({ description: "How the domain is validated instead" }),
  })
  .refine(({ email, method }) => !email || !method, "names email and method: give one of them, not both");

/** Only an adoption names a slot, and it must. */
const resolution = z.discriminatedUnion("decision", [
  z.strictObject({
    decision: z.literal("adopt").meta({ description: "The purchase was made: this is its slot" }),
    certId: z.int().positive().meta({ description: "eNom's number of the slot", example: 900123 }),
    reason,
  }),
  z.strictObject({
    decision: z.enum(["not-bought", "refunded", "retry"]).meta({
      description: "not-bought: nothing was bought; refunded: the money came back; retry: try the step again",
      example: "retry",
    }),
    reason,
  }),
  z.strictObject({
    decision: z.literal("cancel").meta({ description: "Give the order up" }),
    reason,
    confirm,
  }),
]);

export function operatorRequestRoutes(app: App, needs: GatewayNeeds): void {
  app.post(
    "/certificates/:reference/approver",
    {
      config: { scope: "certificates:write", action: "certificate.change-approver" },
      schema: {
        tags,
        operationId: "changeApprover",
        summary: "Change the approver, or send the approval mail again",
        description:
          "`email` changes the approver. `method` changes the validation method, as long as the order is not at the certificate authority. With neither, the approval mail is sent again.",
        params,
        body: shownWith(approverChange, {
          another: { summary: "Another approver", value: { email: "hostmaster@example.com" } },
          again: { summary: "The approval mail again", value: {} },
        }),
        response,
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      reply.code(202);
      return saveRequest(request.params.reference, { kind: "approver", ...request.body, ...by(request, needs) });
    },
  );

  app.post(
    "/certificates/:reference/cancel",
    {
      config: { scope: "money:decide", action: "certificate.cancel" },
      schema: {
        tags,
        operationId: "cancelCertificate",
        summary: "Cancel an order",
        description:
          "Nothing more is bought or reissued. The order at eNom is cancelled, too, if eNom still allows it. `cancellation` then says what becomes of the money. Where money would be lost, and for an issued certificate, `confirm` must be the reference.",
        params,
        body: shownWith(z.strictObject({ reason, confirm }), {
          cancel: {
            summary: "Cancel, also where money is lost",
            value: { reason: "the customer changed his mind", confirm: "bill-1001" },
          },
        }),
        response,
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      reply.code(202);
      const { reason: why, confirm: named } = request.body;
      const made = { kind: "cancel", reason: why, ...by(request, needs) } as const;
      return saveRequest(request.params.reference, made, { named, cancels: true });
    },
  );

  app.post(
    "/certificates/:reference/attention/resolve",
    {
      config: { scope: "money:decide", action: "certificate.resolve" },
      schema: {
        tags,
        operationId: "resolveAttention",
        summary: "Make a decision that an order waits for",
        description:
          "After a purchase with an unknown outcome: `adopt` the slot that was found, `not-bought` if it is certain that nothing was bought, or `refunded` if the money came back. In other cases: `retry` or `cancel`.",
        params,
        body: shownWith(resolution, {
          retry: { summary: "Try the step again", value: { decision: "retry", reason: "eNom's support fixed it" } },
          adopt: {
            summary: "The purchase was made: take its slot",
            value: { decision: "adopt", certId: 900123, reason: "found in eNom's list" },
          },
          notBought: {
            summary: "Nothing was bought",
            value: { decision: "not-bought", reason: "eNom's support confirms it" },
          },
          cancel: {
            summary: "Give the order up",
            value: { decision: "cancel", reason: "the customer changed his mind", confirm: "bill-1001" },
          },
        }),
        response,
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      reply.code(202);
      if (request.body.decision !== "cancel") {
        const { decision } = request.body;
        const buysAgain = decision === "not-bought" || decision === "refunded";
        const made = { kind: "resolve", ...request.body, ...by(request, needs) } as const;
        return saveRequest(request.params.reference, made, buysAgain ? { asks: request } : {});
      }
      const { confirm: named, ...decision } = request.body;
      const made = { kind: "resolve", ...decision, ...by(request, needs) } as const;
      return saveRequest(request.params.reference, made, { named, cancels: true });
    },
  );

  /**
   * `named`: of a cancellation, the reference that it was confirmed with. `asks`: whose quota counts a purchase that may
   * be made again.
   */
  async function saveRequest(
    of: string,
    made: OperatorRequest,
    { named, cancels = false, asks }: { named?: string | undefined; cancels?: boolean; asks?: FastifyRequest } = {},
  ): Promise<z.infer<typeof certificateBody>> {
    const saved = await change(
      of,
      async (certificate, now) => {
        const confirmed = cancels && confirmCancel(certificate, named, now);
        if (confirmed && "wrong" in confirmed) throw invalid([{ field: "confirm", message: confirmed.wrong }]);
        const after = withRequest(certificate, { ...made, ...confirmed }, { now, intake: needs.intake });
        if (asks) await admitAgain(asks, certificate, needs);
        return after;
      },
      needs,
    );
    await enqueueFor("open", of, needs);
    return bodyOf(saved, needs);
  }
}

function withRequest(
  certificate: Certificate,
  made: OperatorRequest,
  asked: { now: Date; intake?: GatewayNeeds["intake"] },
): Certificate {
  const answer = requestChecked(certificate, made, asked);
  if ("faults" in answer) throw invalid(answer.faults);
  if ("conflict" in answer) throw problem("not-now", answer.conflict);
  return answer.certificate;
}

function by(request: FastifyRequest, { clock }: GatewayNeeds): { who: string; at: string } {
  return { who: actorText(request.caller.actor), at: clock.now().toISOString() };
}
