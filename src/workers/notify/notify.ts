// The `notify` worker: one mail a key, written down before it is sent, repeated byte for byte when nobody knows whether
// it went.

import { HOUR_MS } from "../../shared/base/dates.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/base/errors.ts";
import { inSpan } from "../../shared/base/tracing/current.ts";
import type { Bounce, BounceList } from "../../shared/mail/bounces.ts";
import type { Notification } from "../../shared/mail/notification.ts";
import type { Render } from "../../shared/mail/render.ts";
import { isTemplate, templates } from "../../shared/mail/templates.ts";
import type { MailTraffic } from "../../shared/mail/traffic.ts";
import { countMail } from "../../shared/metrics/counts.ts";
import type { MailResult } from "../../shared/metrics/definitions.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { compose, messageIdOf } from "./compose.ts";
import type { Signer } from "./dkim.ts";
import { type FailureNeeds, tellFailure, whatItIsAbout } from "./failed.ts";
import { type Draft, type Mail, type MailBook, MOST_REPEATS, type Verdict } from "./mails.ts";
import { isAddressRefused, type Smtp } from "./smtp.ts";

export interface NotifyNeeds extends FailureNeeds {
  mails: MailBook;
  bounces: BounceList;
  render: Render;
  smtp: Smtp;
  /** What is noted of the mail server, for whoever asks whether mails go out at all. */
  traffic: MailTraffic;
  /** Whether the fleet was restored, and not compared with eNom yet. */
  isRestored?: () => Promise<boolean>;
  /** Signs what is written from now on. */
  signer?: Signer | undefined;
}

/**
 * After the first failed attempt, the second and so on; then every six hours. The last try is made when two days are
 * over.
 */
const WAIT_SECONDS = [60, 300, 1800, 3600, 7200, 14_400];
const LONGEST_WAIT_SECONDS = 21_600;
const GIVE_UP_AFTER_MS = 48 * HOUR_MS;
/** Between two looks whether a restored fleet was compared. */
const HELD_SECONDS = 30;
const HELD =
  "the fleet was restored from a backup; mails to customers wait until every account was compared with eNom (certfleet ledger thaw)";

/**
 * Sends a mail once per key; the first notification of a key decides what it says and to whom. A crash between send and
 * mark sends it again with the same Message-ID and bytes: rather twice than never.
 *
 * Waits while the relay does not respond or says 4xx, and after a lost answer. How it ended in failure stands at its
 * certificate, too.
 * @throws Refused   nothing was sent and nothing will be: a value is missing, the relay said 5xx, now or to the address
 * before,
 *                   or two days of trying are over
 * @throws Uncertain the answer was lost three times: a person looks whether the mail arrived
 */
export async function notify(n: Notification, needs: NotifyNeeds, signal?: AbortSignal): Promise<Outcome> {
  try {
    return await send(n, needs, signal);
  } catch (error) {
    if (error instanceof Refused || error instanceof Uncertain) await tellFailure(n, error, needs);
    throw error;
  }
}

async function send(n: Notification, needs: NotifyNeeds, signal?: AbortSignal): Promise<Outcome> {
  const { mails, clock } = needs;
  if (isForCustomer(n) && (await needs.isRestored?.())) return { waitSeconds: HELD_SECONDS, because: HELD };
  const claim =
    (await mails.claim(n.key, clock.now())) ?? (await mails.claim(n.key, clock.now(), await draft(n, needs)));
  if (!claim) throw new Unavailable(`mail ${n.key} could not be recorded`);
  if (claim.kind === "busy") return { waitSeconds: claim.waitSeconds, because: "another worker is sending this mail" };
  if (claim.kind === "over") return conclusion(claim.mail);
  const settle: Settle = async (verdict, answer) => {
    const about = { ...whatItIsAbout(n), template: claim.mail.template };
    await mails.settle(n.key, claim.token, { verdict, answer, about }, clock.now());
    countMail(claim.mail.template, RESULTS[verdict]);
  };

  const alive = setInterval(() => void mails.renew(n.key, claim.token).catch(() => {}), mails.leaseMs / 3);
  let answer: string;
  try {
    const bounced = await needs.bounces.withhold(claim.mail.to);
    if (bounced) throw new Refused(withheld(bounced));
    const span = { name: "mail.send", attributes: { "certfleet.template": claim.mail.template } };
    answer = await inSpan(span, () => needs.smtp.deliver(claim.mail, signal));
  } catch (error) {
    return await notSent(error, claim.mail, settle, needs);
  } finally {
    clearInterval(alive);
  }
  await settle("ACCEPTED", answer);
  await needs.traffic.gone();
  return "done";
}

const RESULTS: Readonly<Record<Verdict, MailResult>> = {
  ACCEPTED: "accepted",
  DEFERRED: "deferred",
  REJECTED: "rejected",
  UNKNOWN: "uncertain",
};

type Settle = (verdict: Verdict, answer: string) => Promise<void>;

/**
 * Behind a restore a mail may tell what is not so any more. It goes when the accounts were compared, a second time perhaps: rather
 * twice than never, and with the same Message-ID. The operator mailbox hears at once.
 */
function isForCustomer({ template }: Notification): boolean {
  return isTemplate(template) && templates[template].to === "customer";
}

async function draft(n: Notification, { render, smtp, signer, clock }: NotifyNeeds): Promise<Draft> {
  const letter = await render(n);
  const date = clock.now();
  const raw = await compose(letter, { key: n.key, from: smtp.from, to: n.to, date, signer });
  const messageId = messageIdOf(n.key, smtp.from);
  return { template: n.template, to: n.to.address, messageId, date: date.toISOString(), raw };
}

/** A mail that has ended before: the answer is the same to everybody who asks. */
function conclusion(mail: Mail): Outcome {
  switch (mail.state) {
    case "ACCEPTED":
      return "done";
    case "REJECTED":
      throw new Refused(mail.lastAnswer);
    default:
      throw uncertain(mail);
  }
}

async function notSent(
  error: unknown,
  mail: Mail,
  settle: Settle,
  { bounces, clock, traffic }: Pick<NotifyNeeds, "bounces" | "clock" | "traffic">,
): Promise<Outcome> {
  if (error instanceof Refused) {
    // Before the mail is over: a crash in between has it sent once more, and the list stops it.
    if (isAddressRefused(error)) {
      const at = clock.now().toISOString();
      await bounces.add({ address: mail.to, answer: error.message, at, template: mail.template });
      await traffic.gone(); // it looked at the recipient: others are taken
    }
    await settle("REJECTED", error.message);
    throw error;
  }
  if (error instanceof Uncertain) {
    await settle("UNKNOWN", error.message);
    if (mail.lost + 1 > MOST_REPEATS) throw uncertain(mail, error);
    return { waitSeconds: waitSeconds(mail), because: `${error.message}; the same mail is sent again` };
  }
  if (!(error instanceof Unavailable)) throw error;
  const isWhole = error.code === "mail-server-away";
  await traffic.putOff({ answer: error.message, isWhole, at: clock.now() });
  const leftSeconds = Math.ceil((Date.parse(mail.date) + GIVE_UP_AFTER_MS - clock.now().getTime()) / 1_000);
  if (leftSeconds <= 0) {
    const gaveUp = new Refused(`abandoned after two days and ${mail.attempts} attempts: ${error.message}`, {
      cause: error,
    });
    await settle("REJECTED", gaveUp.message);
    throw gaveUp;
  }
  await settle("DEFERRED", error.message);
  return { waitSeconds: Math.min(waitSeconds(mail), leftSeconds), because: error.message };
}

function waitSeconds({ attempts }: Mail): number {
  return WAIT_SECONDS[attempts - 1] ?? LONGEST_WAIT_SECONDS;
}

function withheld({ address, answer, at }: Bounce): string {
  return `${address} is on the suppression list: on ${at.slice(0, 10)} ${answer}. To write to it again: certfleet notification unbounce ${address}`;
}

function uncertain({ to, messageId, lastAnswer }: Mail, cause?: Error): Uncertain {
  return new Uncertain(`nobody knows whether ${to} got mail ${messageId}: ${cause?.message ?? lastAnswer}`, { cause });
}
