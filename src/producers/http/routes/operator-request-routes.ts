// What a person wishes of an order under way: another approver or the mail again, its end, or a decision that it waits for.
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { emailAddress } from "../../../shared/base/email-address.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { requestChange } from "../../../shared/certificate/operator-request.ts";
import { reference } from "../../../shared/certificate/order.ts";
import type { OperatorRequest } from "../../../shared/certificate/record.ts";
import { answers, bodyProblems, json } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";
import { change, ringFor } from "../saving.ts";

const tags = ["Certificates"];
const params = z.object({ reference });
const reason = z.string().trim().min(1).max(500);
const response = answers(
  { 202: json("The worker carries it out next", certificateBody) },
  ...(["not-found", "not-now", ...bodyProblems] as const),
);

/** Only an adoption names a slot, and it must. */
const resolution = z.discriminatedUnion("decision", [
  z.strictObject({ decision: z.literal("adopt"), certId: z.int().positive(), reason }),
  z.strictObject({ decision: z.enum(["not-bought", "refunded", "retry", "cancel"]), reason }),
]);

export function wishRoutes(app: App, needs: GatewayNeeds): void {
  app.post(
    "/certificates/:reference/approver",
    {
      schema: {
        tags,
        operationId: "changeApprover",
        summary: "Change the approver, or send the approval mail again",
        description:
          "With an email the approver changes, with a method the way of validation does (before the order is at the certificate authority); with neither the mail is sent again.",
        params,
        body: z
          .strictObject({ email: emailAddress.optional(), method: z.enum(["dns", "file"]).optional() })
          .refine(({ email, method }) => !email || !method, "names email and method: give one of them, not both"),
        response,
      },
      preValidation: async (request) => {
        request.body ??= {};
      },
    },
    async (request, reply) => {
      reply.code(202);
      return wish(request.params.reference, { kind: "approver", ...request.body, ...by(request, needs) });
    },
  );

  app.post(
    "/certificates/:reference/cancel",
    {
      schema: {
        tags,
        operationId: "cancelCertificate",
        summary: "Cancel an order",
        description: "Nothing more is bought or reissued; eNom's side is cancelled while eNom still allows it.",
        params,
        body: z.strictObject({ reason }),
        response,
      },
    },
    async (request, reply) => {
      reply.code(202);
      return wish(request.params.reference, { kind: "cancel", ...request.body, ...by(request, needs) });
    },
  );

  app.post(
    "/certificates/:reference/attention/resolve",
    {
      schema: {
        tags,
        operationId: "resolveAttention",
        summary: "Decide what an order waits for",
        description:
          "After an unknown purchase: adopt (the slot that was found), not-bought (surely none), refunded (the money returned). Else retry, or cancel.",
        params,
        body: resolution,
        response,
      },
    },
    async (request, reply) => {
      reply.code(202);
      return wish(request.params.reference, { kind: "resolve", ...request.body, ...by(request, needs) });
    },
  );

  async function wish(of: string, made: OperatorRequest): Promise<z.infer<typeof certificateBody>> {
    const saved = await change(of, (certificate, now) => withWish(certificate, made, now), needs);
    await ringFor("open", of, needs);
    return bodyOf(saved, needs);
  }
}

function withWish(certificate: Certificate, made: OperatorRequest, now: Date): Certificate {
  const answer = requestChange(certificate, made, now);
  if ("conflict" in answer) throw problem("not-now", answer.conflict);
  return answer.certificate;
}

function by(request: FastifyRequest, { clock }: GatewayNeeds): { who: string; at: string } {
  return { who: request.caller, at: clock.now().toISOString() };
}
