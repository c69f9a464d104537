// The inbox: orders that programs in other languages put into Redis with lua/enqueue.lua. Its keys and answers are promised
// to them; what lies in between is ours.
import { join } from "node:path";
import { z } from "zod";
import type { Fault } from "../../shared/base/fault.ts";
import { version } from "../../shared/process/version.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";

/** Versions of the contract of lua/enqueue.lua that this release reads. */
const FROM = 1;
const TO = 1;

const TAKE = defineScript(join(import.meta.dirname, "lua/take-orders.lua"), {
  keys: ["versions", "waiting", "taken", "orders"],
  args: ["from", "to", "by", "most", "leaseMs"],
});
const ANSWER = defineScript(join(import.meta.dirname, "lua/answer-order.lua"), {
  keys: ["taken", "orders", "answers"],
  args: ["entry", "ticket", "answer", "keptSeconds"],
});

const KEPT_SECONDS = 30 * 86_400;
/** `TIME REFERENCE TICKET`. */
const ENTRY = /^\d+ (\S+) ([0-9a-f]{40})$/;

export interface InboxPlace {
  redis: RedisClient;
  keys: Pick<Keys, "inbox">;
}

export interface InboxEntry {
  entry: string;
  reference: string;
  ticket: string;
  /** As it came. */
  order: string;
}

/** As it stands in `inbox:answers:REFERENCE`, behind the ticket. */
export const inboxAnswer = z.discriminatedUnion("status", [
  z.object({ status: z.literal("waiting") }).meta({ description: "No worker has looked at it yet" }),
  z.object({ status: z.literal("accepted"), at: z.iso.datetime() }).meta({
    description: "It is an order of the fleet now: what becomes of it tells GET /v1/certificates/{reference}",
  }),
  z
    .object({
      status: z.literal("refused"),
      at: z.iso.datetime(),
      code: z
        .enum(["invalid", "reference-taken"])
        .meta({ description: "Wrong fields; or the reference is another order's" }),
      message: z.string().meta({ description: "For people" }),
      errors: z.array(
        z.object({
          field: z
            .string()
            .meta({ description: "Where, with slashes; empty: the whole", example: "contacts/admin/city" }),
          message: z.string().meta({ description: "What is wrong, a sentence" }),
        }),
      ),
    })
    .meta({ description: "Nothing was kept or bought. The same order may be put in again" }),
]);
export type InboxAnswer = z.infer<typeof inboxAnswer>;

/** The next orders, whose turn it is. Who does not answer them within `leaseMs` has them taken away. */
export async function takeOrders(
  { redis, keys: { inbox } }: InboxPlace,
  { most, leaseMs }: { most: number; leaseMs: number },
): Promise<InboxEntry[]> {
  const flat = (await runScript(redis, TAKE, {
    keys: { versions: inbox.versions, waiting: inbox.waiting, taken: inbox.taken, orders: inbox.orders },
    args: { from: FROM, to: TO, by: version, most, leaseMs },
  })) as string[];
  return flat.flatMap((entry, i) => {
    if (i % 2 === 1) return [];
    const [, reference = "", ticket = ""] = ENTRY.exec(entry) ?? [];
    return [{ entry, reference, ticket, order: flat[i + 1] ?? "" }];
  });
}

/** Tells the asker, and takes the order out of the inbox; once, whoever comes first. */
export async function answerOrder(
  { entry, reference, ticket }: InboxEntry,
  answer: InboxAnswer,
  { redis, keys: { inbox } }: InboxPlace,
): Promise<void> {
  await runScript(redis, ANSWER, {
    keys: { taken: inbox.taken, orders: inbox.orders, answers: inbox.answers(reference) },
    args: { entry, ticket, answer: JSON.stringify(answer), keptSeconds: KEPT_SECONDS },
  });
}

export function refusal(code: "invalid" | "reference-taken", faults: readonly Fault[], at: Date): InboxAnswer {
  const errors = faults.map(({ field, message }) => ({ field, message }));
  const message = faults.map(({ field, message: what }) => (field ? `${field}: ${what}` : what)).join(" ");
  return { status: "refused", at: at.toISOString(), code, message, errors };
}
