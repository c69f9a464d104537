// What is kept of a person, over HTTP: exported, and erased where nothing is owed (GDPR, articles 15 and 17). The address stands
// in the body, so that no log of a proxy has it.
import { z } from "zod";
import { emailAddress } from "../../../../shared/base/email-address.ts";
import { bounce } from "../../../../shared/mail/bounces.ts";
import { queueNames } from "../../../../shared/queue/jobs.ts";
import { eraseAt } from "../../../cli/customer/erase.ts";
import { exportFrom } from "../../../cli/customer/export.ts";
import { scan } from "../../../cli/customer/mentions.ts";
import { answers, bodyProblems, json, shownWith } from "../../answers.ts";
import { certificateBody } from "../../certificate-body.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { invalid, problem } from "../../problems.ts";

const tags = ["Keys and people"];
const NOBODY = "nobody@example.com";
/** Every order and every mail is looked at. */
const ALL_MS = 300_000;
/** What names a person is not kept beside it, and doing it again does no harm. */
const PERSONAL: object = { idempotency: "none", answerMs: ALL_MS };

const email = emailAddress.meta({ description: "The person's address, whole", example: NOBODY });
const reference = z.string().meta({ description: "The order's name", example: "bill-1001" });
const elsewhere = z
  .array(z.string())
  .meta({ description: "What is not reached from here", example: ["Log files of the workers."] });
const anything = (description: string) => z.unknown().meta({ description, example: {} });

const exported = z.object({
  email,
  exportedAt: z.string().meta({ format: "date-time", description: "When" }),
  orders: z
    .array(
      z.object({
        as: z.array(z.string()).meta({ description: "What the person is in it", example: ["customer"] }),
        reference,
        ordered: anything("The order as it came"),
        customer: anything("The customer as it is now"),
        contacts: anything("The contacts as they are now"),
        approver: anything("Who approves"),
        certificate: certificateBody,
        pem: z.string().nullable().meta({ description: "The certificate; null: not issued", example: null }),
      }),
    )
    .meta({ description: "Orders that name the address" }),
  mails: z
    .array(
      z.object({
        key: z.string().meta({ description: "The name of the mail", example: "bill-1001:issued" }),
        template: z.string().meta({ description: "Its template", example: "certificate-issued" }),
        to: z.string().meta({ description: "The recipient", example: NOBODY }),
        state: z.string().meta({ description: "What became of it", example: "ACCEPTED" }),
        date: z.string().meta({ description: "When", example: "2026-11-22T12:00:00.000Z" }),
      }),
    )
    .meta({ description: "Mails to the address" }),
  jobs: z
    .array(
      z.object({
        queue: z.enum(queueNames).meta({ description: "The queue", example: "notify" }),
        id: z.string().optional().meta({ description: "The job", example: "17" }),
        data: anything("What it holds"),
      }),
    )
    .meta({ description: "Jobs that name the address, or one of the person's orders" }),
  bounce: bounce.nullable().meta({ description: "Whether it bounces; null: no" }),
  elsewhere,
});

const erased = z.object({
  email,
  erased: z.array(reference).meta({ description: "Orders that do not name the person any more" }),
  kept: z
    .array(z.object({ reference, why: z.string().meta({ description: "Why", example: "it is not over" }) }))
    .meta({ description: "Orders that still do" }),
  jobs: z.int().meta({ description: "Jobs that are gone", example: 0 }),
  mails: z.int().meta({ description: "Mails that are forgotten", example: 0 }),
  bounce: z.boolean().meta({ description: "Whether it was on the bounce list", example: false }),
  elsewhere,
  mentions: z.int().meta({ description: "How often the person was found at all", example: 0 }),
});

export function personRoutes(app: App, needs: GatewayNeeds): void {
  app.post(
    "/customers::export",
    {
      config: { scope: "admin", action: "customer.export", ...PERSONAL },
      handlerTimeout: ALL_MS,
      schema: {
        tags,
        operationId: "exportPerson",
        summary: "Everything that is kept of a person",
        description: "Orders, mails, jobs and the bounce list. For the person itself: nothing is masked.",
        body: shownWith(z.strictObject({ email }), { one: { summary: "A person", value: { email: NOBODY } } }),
        response: answers({ 200: json("What is kept", exported) }, "not-now", ...bodyProblems),
      },
      serializerCompiler: () => (data: unknown) => JSON.stringify(data),
    },
    async (request) => {
      await mustReach(needs);
      return (await exportFrom(request.body.email, needs)) as never;
    },
  );

  app.post(
    "/customers::erase",
    {
      config: { scope: "admin", action: "customer.erase", ...PERSONAL },
      handlerTimeout: ALL_MS,
      schema: {
        tags,
        operationId: "erasePerson",
        summary: "Take a person out of everything of which nothing is owed",
        description: "Says what stays and why. It cannot be undone: send the address twice.",
        body: shownWith(
          z.strictObject({ email, confirm: z.string().meta({ description: "The same address", example: NOBODY }) }),
          { one: { summary: "A person", value: { email: NOBODY, confirm: NOBODY } } },
        ),
        response: answers({ 200: json("What became of it", erased) }, "not-now", ...bodyProblems),
      },
    },
    async ({ body }) => {
      if (body.confirm !== body.email) throw invalid([{ field: "confirm", message: "must be the same as email." }]);
      await mustReach(needs);
      return eraseAt(body.email, needs);
    },
  );
}

/**
 * Before anything is done: where the parts of a fleet have users of their own in Redis, a gateway may not go through all
 * keys, behind which mails to a person lie.
 * @throws the problem `not-now`
 */
async function mustReach({ redis, keys }: Pick<GatewayNeeds, "redis" | "keys">): Promise<void> {
  try {
    for await (const _key of scan(redis, keys.mail("*"))) break;
  } catch (error) {
    if (!(error instanceof Error) || !/^NOPERM/.test(error.message)) throw error;
    const detail =
      "The gateway has a user of its own in Redis, which may not look for mails. Nothing was done. Run certfleet customer where a worker runs.";
    throw problem("not-now", detail);
  }
}
