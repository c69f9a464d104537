// The record of every certificate in Redis: accepted once, saved over the version that was read, listed by index.
import { join } from "node:path";
import { z } from "zod";
import type { Actor } from "../authority/actor.ts";
import { shareOf, shareText } from "../authority/share.ts";
import { goesOnByItself } from "../base/codes.ts";
import { Unavailable } from "../base/errors.ts";
import { eventsText } from "../events/write.ts";
import type { RedisClient } from "../redis/client.ts";
import { rememberedReplicas, rememberReplicas } from "../redis/connection/remembered.ts";
import type { Keys } from "../redis/keys.ts";
import { confirmByReplica, isAlone } from "../redis/replicas.ts";
import { defineScript, runScript } from "../redis/script.ts";
import type { PolicyFor } from "../subscription/policy.ts";
import {
  type Certificate,
  isFinished,
  isParkedAndTold,
  ledgerStates,
  type Purchase,
  paidEnd,
  statusOf,
} from "./certificate.ts";
import { listPage, type Page, type Query } from "./list.ts";
import { countCertificates } from "./lists/count.ts";
import { LIST_RULES, listedEnd, listedText, listRoot } from "./lists/listed.ts";
import { atNextTerm, newCertificate } from "./new-record.ts";
import { type GivenOrder, type Order, orderDigests } from "./order.ts";
import { nextDue } from "./projection.ts";
import { type CertificateRecord, certificateRecord, correction } from "./record.ts";
import { eventsSince, expiredEvent } from "./told-events.ts";

const ACCEPT = defineScript(join(import.meta.dirname, "lua/accept.lua"), {
  keys: ["certificate", "unfinished", "wholeness", "everything", "updated", "stream", "replicas"],
  args: [
    ...(["reference", "digest", "kept", "order", "record", "acceptedAt", "index", "listed", "rules", "share"] as const),
    ...(["events", "remembered"] as const),
  ],
});

const SAVE = defineScript(join(import.meta.dirname, "lua/save.lua"), {
  keys: ["certificate", "unfinishedOpen", "unfinishedReissue", "due", "updated", "stream"],
  args: [
    ...(["reference", "version", "record", "status", "openAt", "reissueAt", "policyAt", "state"] as const),
    ...(["index", "listed", "code", "now", "events", "expired"] as const),
  ],
});

const RESCHEDULE = defineScript(join(import.meta.dirname, "lua/reschedule.lua"), {
  keys: ["certificate", "due"],
  args: ["reference", "version", "policyAt"],
});

const accepted = z.tuple([
  z.enum(["accepted", "same", "conflict", "alone"]),
  z.number(),
  z.string(),
  z.coerce.number(),
]);

const hash = z.object({
  order: z.string(),
  record: z.string(),
  state: z.enum(ledgerStates),
  version: z.coerce.number(),
  attempt: z.coerce.number(),
  term: z.coerce.number().default(1),
  rebuys: z.coerce.number().default(0),
  acceptedAt: z.coerce.number(),
  purchases: z.string(),
  certId: z.coerce.number().optional(),
  account: z.string().optional(),
  years: z.coerce.number().optional(),
  price: z.string().optional(),
  renewedAt: z.string().optional(),
  slotAt: z.coerce.number().optional(),
  corrected: z.string().optional(),
});

export type CertificateStore = ReturnType<typeof certificateStore>;

/**
 * `policyFor` decides when an order whose own text names no policy is due: every process that saves orders must know
 * the same.
 */
export function certificateStore(redis: RedisClient, keys: Keys, policyFor: PolicyFor) {
  const find = async (reference: string): Promise<Certificate | undefined> => {
    const fields = await redis.hgetall(keys.certificate(reference));
    return "order" in fields ? parse(fields) : undefined;
  };

  return {
    find,

    /**
     * Keeps an accepted order. The same reference with the same content is the same order, whoever asks and how often.
     * `given`: the order as it came, by which it is known again as well. `by`: who ordered.
     * Where Redis has replicas it answers when one of them has the order, too.
     * @throws Unavailable Redis has lost its replicas (nothing was kept), or none confirmed in time (nobody knows)
     */
    async accept(
      order: Order,
      at: Date,
      given: GivenOrder = order,
      by?: Actor,
    ): Promise<"accepted" | "same" | "conflict"> {
      const { reference, domain } = order;
      const certificate = newCertificate(order, at, by);
      const reply = await runScript(redis, ACCEPT, {
        keys: {
          certificate: keys.certificate(reference),
          unfinished: keys.unfinished("open"),
          ...{ wholeness: keys.listed, everything: keys.byAcceptance, updated: keys.byUpdate },
          ...{ stream: keys.events, replicas: keys.replicas },
        },
        args: {
          reference,
          ...orderDigests(given, order),
          order: JSON.stringify(order),
          record: JSON.stringify(certificate.record),
          acceptedAt: at.getTime(),
          index: listRoot(keys),
          listed: listedText({ domain, status: "ordered", attention: false, notAfter: null }),
          ...{ rules: LIST_RULES, share: shareText(shareOf(order, by)) },
          events: eventsText(eventsSince(null, certificate, at)),
          remembered: rememberedReplicas(),
        },
      });
      const [answer, online, run, now] = accepted.parse(reply);
      rememberReplicas(online, run, now);
      if (answer === "alone") throw isAlone("nothing is accepted");
      if (answer !== "conflict") await confirmByReplica({ redis, keys }, { online, run });
      return answer;
    },

    /** Saves the record over the version that was read. @throws Unavailable when somebody else saved in between. */
    async save(certificate: Certificate, now: Date): Promise<Certificate> {
      const { record } = certificate;
      const order = asCorrected(certificate.order, record);
      const status = statusOf(certificate, now);
      const { attention } = record;
      const listed = { domain: order.domain, status, attention: attention !== null, notAfter: listedEnd(record) };
      const saved = await runScript(redis, SAVE, {
        keys: {
          certificate: keys.certificate(order.reference),
          ...{ unfinishedOpen: keys.unfinished("open"), unfinishedReissue: keys.unfinished("reissue") },
          ...{ due: keys.due, updated: keys.byUpdate, stream: keys.events },
        },
        args: {
          reference: order.reference,
          version: certificate.version,
          record: JSON.stringify(record),
          status,
          openAt: openDue(certificate, now),
          reissueAt: reissueDue(certificate, now),
          policyAt: dueAt(certificate, policyFor, now),
          state: certificate.state,
          ...{ index: listRoot(keys), listed: listedText(listed), code: attention?.code ?? "" },
          now: now.getTime(),
          events: eventsText(eventsSince(certificate.told, { ...certificate, order }, now)),
          expired: status === "expired" ? eventsText([expiredEvent({ ...certificate, order }, now)]) : "",
        },
      });
      if (saved !== 1)
        throw new Unavailable(`certificate ${order.reference} was changed by another process`, {
          retryAfterSeconds: 1,
          code: "changed-meanwhile",
        });
      return { ...certificate, order, version: certificate.version + 1, told: record };
    },

    /** One page, and where the next one starts. @throws Unavailable as `listPage` */
    list: (query: Query, page: Page, now: Date) => listPage({ redis, keys, find }, { query, page, now }),

    /** How many such a list has in all. @throws Unavailable as `countCertificates` */
    count: (query: Query, now: Date) => countCertificates({ redis, keys }, query, now),

    /**
     * Puts the certificate where its policy acts next, unless somebody saved in between; for a policy that changed
     * under it.
     */
    async reschedule(certificate: Certificate, now: Date): Promise<void> {
      const { order, version } = certificate;
      await runScript(redis, RESCHEDULE, {
        keys: { certificate: keys.certificate(order.reference), due: keys.due },
        args: { reference: order.reference, version, policyAt: dueAt(certificate, policyFor, now) },
      });
    },
  };
}

/** The order as it stands: with the CSR and the name that it was last corrected to. What it was accepted with stays kept. */
function asCorrected(order: Order, { correction }: Pick<CertificateRecord, "correction">): Order {
  return correction ? { ...order, csr: correction.csr, domain: correction.domain } : order;
}

function parse(fields: Record<string, string>): Certificate {
  const { order, record, purchases, certId, acceptedAt, account, years, price, renewedAt, slotAt, corrected, ...rest } =
    hash.parse(fields);
  const saved = certificateRecord.parse(JSON.parse(record));
  const atTerm = saved.term < rest.term ? atNextTerm(saved, rest.term, new Date(Number(renewedAt ?? 0))) : saved;
  const sent = corrected === undefined ? null : correction.parse(JSON.parse(corrected));
  const isNewer = sent !== null && sent.number > (atTerm.correction?.number ?? 0);
  const kept = isNewer ? { ...atTerm, correction: sent, issuedCsr: null } : atTerm;
  const bought = years !== undefined && price !== undefined ? { years, price, currency: "USD" } : null;
  return {
    ...rest,
    order: asCorrected(JSON.parse(order) as Order, kept),
    // A record that is older than the ledger (a crash in between, a rebuilt ledger) is completed from its facts.
    record: { ...kept, account: kept.account ?? account ?? null, plan: kept.plan ?? bought },
    told: saved,
    purchases: JSON.parse(purchases) as Purchase[],
    certId: certId ?? null,
    acceptedAt: new Date(acceptedAt),
    ...(slotAt && { slotBoughtAt: new Date(slotAt) }),
  };
}

/** When the sweeper may enqueue the order again, in ms; empty when there is nothing to do before a person decides. */
function openDue(certificate: Certificate, now: Date): number | "" {
  if (isFinished(certificate)) return "";
  return certificate.record.wish || !waitsForPerson(certificate) ? due(certificate, now) : "";
}

function reissueDue(certificate: Certificate, now: Date): number | "" {
  const { record, state } = certificate;
  return record.reissue && state === "CONFIGURED" && !waitsForPerson(certificate) ? due(certificate, now) : "";
}

function due({ record }: Certificate, now: Date): number {
  return record.nextLookAt ? new Date(record.nextLookAt).getTime() : now.getTime();
}

/** What waits for another way of validation is due again when it is looked at again. */
function dueAt(certificate: Certificate, policyFor: PolicyFor, now: Date): number | "" {
  const at = nextDue(certificate, policyFor, now)?.at.getTime() ?? "";
  const { attention, nextLookAt } = certificate.record;
  if (at === "" || attention?.code !== "validation-needed" || nextLookAt === null) return at;
  // At the end of the paid term it is due in any case: then it waits no longer.
  const looked = Math.min(new Date(nextLookAt).getTime(), paidEnd(certificate)?.getTime() ?? Infinity);
  return Math.max(at, looked);
}

function waitsForPerson(certificate: Certificate): boolean {
  if (certificate.state === "PARKED") return isParkedAndTold(certificate);
  const { attention } = certificate.record;
  return attention !== null && !goesOnByItself(attention.code);
}
