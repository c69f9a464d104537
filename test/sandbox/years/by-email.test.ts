// Two orders that only e-mail validates, lived through by the real workers from 2026 to 2031: nothing is bought that cannot be
// validated, and nobody is asked for the impossible.
import { expect, test } from "vitest";
import { chronicleOf } from "../../../src/sandbox/years/chronicle.ts";
import { liveUntil } from "../../../src/sandbox/years/driver.ts";
import { BEGIN, type World } from "../../../src/sandbox/years/life.ts";
import { plusYears, utcDate } from "../../../src/shared/base/dates.ts";
import { type CertificateStore, certificateStore } from "../../../src/shared/certificate/store.ts";
import { EMAIL_VALIDATION_ENDS } from "../../../src/shared/subscription/limits.ts";
import { orderBody } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { openVirtualWorld } from "./world.ts";

const DEPARTMENT = "ssl@provider.example";
const CUSTOMER = "client@example.net";

/** With a department, which is told what cannot be validated. */
async function openWorld(): Promise<World & { certificates: CertificateStore }> {
  const world = await openVirtualWorld(DEPARTMENT);
  return { ...world, certificates: certificateStore(world.redis, world.keys, defaultPolicy) };
}

/** The department opens its tickets at once, for each reissue that it was asked for. */
async function workTickets({ certificates, clock, enom }: Awaited<ReturnType<typeof openWorld>>): Promise<void> {
  const { certificates: all } = await certificates.list({}, { limit: 50, cursor: undefined }, clock.now());
  for (const { record, certId } of all) {
    const isAsked = record.reissue?.state === "asked" && !record.reissue.isBegun;
    if (isAsked && certId !== null) await enom.support.reissue(certId, {}).catch(() => undefined); // begun already
  }
}

test("an e-mail-validated wildcard and a Comodo product from 2026 to 2031: no purchase that cannot be validated, no mail that asks the impossible", async () => {
  const w = await openWorld();
  const common = {
    years: 5,
    policy: { mode: "auto" as const, beforeDays: 10 },
    acknowledge: ["email-validation-ends" as const],
  };
  const wild = await orderBody({ ...common, product: "Certificate-RapidSSL-RapidSSL-Wildcard", cn: "*.example.com" });
  const comodo = await orderBody({ ...common, product: "Certificate-Comodo-Essential" });
  for (const order of [wild, comodo]) await w.queues.enqueue("open", { v: 1, ...order });
  const chronicle = chronicleOf({ ...w, books: w.enom.books });
  const asks: { at: Date; owed: boolean }[] = [];
  let seen = 0;

  await liveUntil(
    () => plusYears(BEGIN, 5),
    w,
    async () => {
      await chronicle.news();
      for (const { id, receivedAt, envelope, subject = "" } of w.mail.mails().filter(({ id }) => id > seen)) {
        seen = id;
        const isAsk = envelope.to.includes(CUSTOMER) && /confirm your domain/i.test(subject);
        // Someone waits for the owner at the CA at this moment.
        const owed = w.enom.books.slots().some(({ statusId, reissue }) => statusId === 2 || statusId === 9 || reissue);
        if (isAsk) asks.push({ at: receivedAt, owed });
      }
      await workTickets(w);
    },
  );

  const purchases = w.enom.books.purchases().map(({ at }) => new Date(at));
  expect(purchases.filter((at) => at >= EMAIL_VALIDATION_ENDS).map(utcDate)).toEqual([]);
  expect(w.enom.books.slots().filter(({ issues }) => issues.length === 0)).toEqual([]);
  expect(asks.length).toBeGreaterThan(3);
  expect(asks.filter(({ at, owed }) => at >= EMAIL_VALIDATION_ENDS || !owed)).toEqual([]);
  const texts = w.mail.mails().map(({ envelope, subject = "", text = "" }) => ({ to: envelope.to, subject, text }));
  expect(texts.filter(({ text }) => text.includes("validation-method"))).toEqual([]);
  const waits = texts.filter(({ to, text }) => to.includes(DEPARTMENT) && text.includes("offers no other method"));
  expect(waits.length).toBeGreaterThan(0);
  for (const { reference } of [wild, comodo]) {
    const certificate = await w.certificates.find(reference);
    expect(certificate?.record.timeline.some(({ detail }) => detail.startsWith("validation-needed"))).toBe(true);
  }
  for (const queue of Object.values(w.queues.all)) expect(await queue.getFailedCount(), queue.name).toBe(0);
}, 120_000);
