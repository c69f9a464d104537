// `account probe --buy`: one real purchase. It is an order of the fleet like any other, on the road that all orders go, with
// the ledger, the journal and one write; only that each answer is shown before the next write leaves.
import { setTimeout as pause } from "node:timers/promises";
import { type Actor, actorText } from "../../shared/authority/actor.ts";
import { systemClock } from "../../shared/base/clock.ts";
import { Refused } from "../../shared/base/errors.ts";
import { lifecycle } from "../../shared/base/lifecycle.ts";
import { createLog } from "../../shared/base/log.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { type Certificate, statusOf } from "../../shared/certificate/certificate.ts";
import { paidFor, ticketText } from "../../shared/certificate/changes/cancelled-money.ts";
import { watchFleetFile } from "../../shared/config/fleet-file-watch.ts";
import { commonSettings } from "../../shared/config/settings.ts";
import type { Difference, Question, TrialAsked, TrialReport } from "../../shared/probe/report.ts";
import { acceptOrder } from "../../shared/queue/accept-order.ts";
import { takeByHand } from "../../shared/queue/by-hand.ts";
import { openQueues } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { openEnomAccounts } from "../accounts/open.ts";
import { readAccounts } from "../accounts/settings.ts";
import { orderNeeds } from "../compose.ts";
import { advanceOrder } from "../open/workflow.ts";
import { loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { keepAnswers, makeFolder } from "../probe/answers/folder.ts";
import type { Recorded } from "../probe/answers/recorded.ts";
import { readOne } from "../probe/make-report.ts";
import { recordedOf, surroundings } from "../probe/probe.ts";
import { type MayWrite, pausedAccounts } from "./paused-accounts.ts";
import { trialOrder, trialReference } from "./trial-order.ts";

export interface TrialOptions extends TrialAsked {
  folder: string;
  maskDomains: boolean;
  /** Shows a line at once. */
  say: (line: string) => void;
  /** Asked before each write. */
  mayWrite: MayWrite;
}

interface Spoken {
  redis: RedisClient;
  keys: Keys;
  env: NodeJS.ProcessEnv;
  actor: Actor;
}

/** So long the process looks after an order that is at the CA, or in doubt; then the fleet does. */
const LOOKS_MS = 20_000;

/**
 * Undefined: no account has that id. A crash anywhere leaves an order of the fleet, which goes on with it two minutes later:
 * the same words said again find it, and buy nothing more.
 * @throws Refused the order is wrong, or another process takes it step by step; Unavailable without Redis or journal
 */
export async function buyTrial(
  { redis, keys, env, actor }: Spoken,
  id: string,
  options: TrialOptions,
): Promise<TrialReport | undefined> {
  const { LOG_LEVEL } = readSettings({ LOG_LEVEL: commonSettings.LOG_LEVEL }, env);
  const log = createLog(LOG_LEVEL === "info" ? "warn" : LOG_LEVEL, "trial");
  const life = lifecycle(log);
  try {
    const live = watchFleetFile(env, log);
    life.add("configuration", live.stop);
    const login = readAccounts(env, live.file).find(({ entry }) => entry.id === id);
    if (!login) return undefined;
    const folder = makeFolder(options.folder);
    const queues = openQueues(redis, keys.prefix, () => undefined);
    life.add("queues", () => queues.close());
    const recorded: Recorded[] = [];
    const around = await surroundings(
      { login, fleet: { redis, keys } },
      { at: systemClock.now().toISOString(), listed: [] },
    );
    const shown: { question: Question; differences: Difference[] }[] = [];
    let showing = Promise.resolve();
    const opened = openEnomAccounts(env, {
      ...{ file: live.file, clock: systemClock, log, fleet: { redis, keys } },
      hear: (heard) => {
        const one = recordedOf(heard, systemClock);
        recorded.push(one);
        showing = showing.then(async () => {
          const read = await readOne(one, around);
          shown.push(read);
          for (const line of linesOf(read)) options.say(line);
        });
      },
    });
    life.add("enom", opened.close);
    const told = { isStopped: false };
    const mayWrite: MayWrite = async (command, what) => {
      await showing; // every answer so far
      const may = await options.mayWrite(command, what);
      told.isStopped ||= !may;
      return may;
    };
    const accounts = pausedAccounts(opened.accounts, mayWrite);
    const base = { env, redis, keys, queues, live, clock: systemClock, log, life, accounts: async () => accounts };
    const needs = await orderNeeds(base);
    const end = await carriedThrough({
      needs,
      id,
      actor,
      options,
      told,
      department: login.entry.department,
      fleet: { redis, keys },
    });
    await showing;
    const { username, password } = login;
    keepAnswers(recorded, around, { folder, secrets: [username, password], maskDomains: options.maskDomains });
    const differences = shown.flatMap((each) => each.differences);
    return { ...reportOf(end, id), differences, questions: shown.map(({ question }) => question), answers: folder };
  } finally {
    await life.stop();
  }
}

interface Carried {
  needs: OrderNeeds;
  id: string;
  actor: Actor;
  options: TrialOptions;
  department: string | undefined;
  /** The person said no to a write. */
  told: { readonly isStopped: boolean };
  fleet: { redis: RedisClient; keys: Keys };
}

async function carriedThrough({ needs, id, actor, options, department, told, fleet }: Carried): Promise<Certificate> {
  const { certificates, enqueue } = needs;
  const reference = trialReference(id, options);
  const hand = await takeByHand(fleet, reference);
  if (!hand)
    throw new Refused(
      `Another process takes the order ${reference} step by step just now, or did within the last two minutes.`,
    );
  try {
    const before = await certificates.find(reference);
    if (before) options.say(`The order ${reference} was begun before: it goes on, and nothing more is bought for it.`);
    else await accept({ needs, id, actor, options, department });
    const reached = await stepByStep(reference, needs, options);
    return told.isStopped ? await cancelled(reached, actor, { needs, say: options.say }) : reached;
  } finally {
    await hand.end();
    if (await certificates.find(reference)) await enqueue("open", { reference }); // the fleet goes on from here
  }
}

/** A no before the order is at the CA ends it: nothing is bought for it later, and a slot that it has is free for others. */
async function cancelled(
  { order: { reference } }: Certificate,
  actor: Actor,
  { needs, say }: { needs: OrderNeeds } & Pick<TrialOptions, "say">,
): Promise<Certificate> {
  const now = needs.clock.now();
  const found = await loadOrder(reference, needs);
  const wish = { kind: "cancel", reason: "the trial purchase was ended", confirmed: true } as const;
  await needs.certificates.save(
    { ...found, record: { ...found.record, wish: { ...wish, who: actorText(actor), at: now.toISOString() } } },
    now,
  );
  await advanceOrder(reference, needs);
  say(`The order ${reference} is cancelled.`);
  return loadOrder(reference, needs);
}

async function accept({ needs, id, actor, options, department }: Omit<Carried, "fleet" | "told">): Promise<void> {
  const rules = needs.intake;
  if (!rules) throw new Error("the rules of the intake are composed with the needs");
  const body = await trialOrder(options, { account: id, department, rules });
  const accepted = await acceptOrder(
    body,
    { certificates: needs.certificates, intake: rules, clock: needs.clock },
    actor,
  );
  if ("faults" in accepted)
    throw new Refused(
      `The order is wrong: ${accepted.faults.map(({ field, message }) => `${field}: ${message}`).join(" ")}`,
    );
  options.say(`The order ${accepted.order.reference} is accepted. Nothing was bought yet.`);
}

/** The steps of every order, one after the other, as far as they go while the person looks on. */
async function stepByStep(
  reference: string,
  needs: OrderNeeds,
  { say }: Pick<TrialOptions, "say">,
): Promise<Certificate> {
  for (const until = performance.now() + LOOKS_MS; ; ) {
    const outcome = await advanceOrder(reference, needs);
    const now = await needs.certificates.find(reference);
    if (!now) throw new Refused(`The order ${reference} is gone.`);
    if (outcome === "done" || performance.now() > until || now.record.attention) return now;
    if (outcome.waitSeconds > 10) return now;
    say(`… ${outcome.because}`);
    await pause(outcome.waitSeconds * 1_000);
  }
}

function linesOf({ question, differences }: { question: Question; differences: Difference[] }): string[] {
  const { command, about, outcome, said, ms } = question;
  const sign = outcome === "understood" ? "✓" : "✗";
  const words = outcome === "understood" ? said : `${outcome}${said === "" ? "" : `: ${said}`}`;
  const serious = differences.filter(({ matters }) => matters);
  return [
    `  ${sign} ${[command, about, words].filter((part) => part !== "").join("  ")} (${ms} ms)`,
    ...serious.flatMap((each) => [
      `    ${each.element}: seen ${each.seen}. ${each.means}`,
      ...(each.switch === null ? [] : [`    → ${each.switch}`]),
    ]),
  ];
}

function reportOf(
  certificate: Certificate,
  account: string,
): Omit<TrialReport, "differences" | "questions" | "answers"> {
  const { order, record, certId } = certificate;
  const paid = paidFor(certificate);
  const about = { product: order.product, account, isIssued: record.issue !== null };
  const { dns, file } = record.validation;
  return {
    ...{ account, reference: order.reference, service: order.product, domain: order.domain, certId },
    status: statusOf(certificate, systemClock.now()),
    attention: record.attention && { code: record.attention.code, message: record.attention.message },
    ok: record.submittedAt !== null && record.attention === null,
    paid: paid ? { price: paid.price, currency: paid.currency, orderId: paid.orderId } : null,
    proof: dns ? `${dns.type} ${dns.name} ${dns.value}` : file ? `${file.url}: ${file.content}` : null,
    ticket: paid ? ticketText(paid, { ...about, reason: "It was bought to try this account out." }) : null,
  };
}
