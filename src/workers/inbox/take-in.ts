// Takes orders out of the inbox: each is checked and kept as one over HTTP is, enqueued, and then answered. Who dies in
// between leaves it to the next one, for whom it is the same order.
import type { Clock } from "../../shared/base/clock.ts";
import type { Fault } from "../../shared/base/fault.ts";
import type { Log } from "../../shared/base/log.ts";
import { type Repeated, repeat } from "../../shared/process/repeat.ts";
import type { Acceptance } from "../../shared/queue/accept-order.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import { scrub } from "../../shared/queue/secrets/scrub.ts";
import { answerOrder, type InboxAnswer, type InboxEntry, type InboxPlace, refusal, takeOrders } from "./inbox.ts";

export interface TakeInNeeds extends InboxPlace {
  /** As `acceptQueued` does. */
  accept: (body: Record<string, unknown>, reference: string) => Promise<Acceptance>;
  enqueue: Enqueue;
  clock: Clock;
  log: Pick<Log, "info" | "warn">;
}

const EVERY_MS = 250;
const PAGE = 32;
/** What takes longer is taken to be dead. */
const LEASE_MS = 60_000;

/** Looks four times a second; while more wait than a page, without pauses. Ends behind the page that is in hand. */
export function startInbox(needs: TakeInNeeds, { everyMs = EVERY_MS, leaseMs = LEASE_MS } = {}): Repeated {
  let isStopping = false;
  const turn = async (): Promise<void> => {
    while (!isStopping && (await takeIn(needs, leaseMs)) === PAGE);
  };
  const repeated = repeat(turn, everyMs, (err) => needs.log.warn({ event: "inbox.failed", err }));
  return {
    async stop() {
      isStopping = true;
      await repeated.stop();
    },
  };
}

/** One page. Answers how many there were. @throws what Redis throws, where they cannot be taken */
export async function takeIn(needs: TakeInNeeds, leaseMs = LEASE_MS): Promise<number> {
  const entries = await takeOrders(needs, { most: PAGE, leaseMs });
  await Promise.all(
    entries.map((entry) =>
      takeOne(entry, needs).catch((err: unknown) =>
        needs.log.warn({ event: "inbox.failed", reference: entry.reference, err }),
      ),
    ),
  );
  return entries.length;
}

async function takeOne(entry: InboxEntry, needs: TakeInNeeds): Promise<void> {
  const answer = await answerTo(entry, needs);
  if (answer.status === "refused")
    needs.log.info({
      event: "inbox.refused",
      reference: entry.reference,
      fields: answer.errors.map(({ field }) => field),
    });
  await answerOrder(entry, answer, needs);
}

async function answerTo({ reference, order }: InboxEntry, needs: TakeInNeeds): Promise<InboxAnswer> {
  const at = needs.clock.now();
  const body = bodyOf(order);
  if (!body) return refusal("invalid", [whole("The order is no JSON object.")], at);
  const { places } = scrub(body);
  if (places.length > 0) return refusal("invalid", places.map(keyFault), at);
  const { v: _version, ...fields } = body;
  const taken = await needs.accept(fields, reference);
  if ("faults" in taken) return refusal("invalid", taken.faults, at);
  if (taken.answer === "conflict")
    return refusal(
      "reference-taken",
      [{ field: "reference", message: "It belongs to an order with other content. Choose a new one." }],
      at,
    );
  // What is not enqueued now is found by the sweeper.
  if (taken.answer === "accepted") await needs.enqueue("open", { reference });
  return { status: "accepted", at: at.toISOString() };
}

function bodyOf(text: string): Record<string, unknown> | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function whole(message: string): Fault {
  return { field: "", message };
}

function keyFault(field: string): Fault {
  return {
    field,
    message: "Holds a private key, which is exposed now: make a new key and a new CSR, and send the CSR alone.",
  };
}
