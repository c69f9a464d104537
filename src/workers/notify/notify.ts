// The `notify` worker: one mail a key, written down before it is sent, repeated byte for byte when nobody knows whether it went.

import type { Clock } from "../../shared/clock.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/errors.ts";
import type { Notification } from "../../shared/notification.ts";
import type { Outcome } from "../outcome.ts";
import { compose, messageIdOf } from "./compose.ts";
import { type Draft, type Mail, type MailBook, MOST_REPEATS, type Verdict } from "./mails.ts";
import type { Render } from "./render.ts";
import type { Smtp } from "./smtp.ts";

export interface NotifyNeeds {
  mails: MailBook;
  render: Render;
  smtp: Smtp;
  clock: Clock;
}

/** After the first failed attempt, the second, the third; then hourly. */
const WAIT_SECONDS = [60, 300, 1800];
const HOUR_SECONDS = 3600;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;

/**
 * Sends a mail once per key; the first notification of a key decides what it says and to whom. A crash between send and
 * mark sends it again with the same Message-ID and bytes: rather twice than never.
 *
 * Waits while the relay is away or says 4xx, and after a lost answer.
 * @throws Refused   nothing was sent and nothing will be: a value is missing, the relay said 5xx, or 24 hours of trying are over
 * @throws Uncertain the answer was lost three times: a person looks whether the mail arrived
 */
export async function notify(n: Notification, needs: NotifyNeeds, signal?: AbortSignal): Promise<Outcome> {
  const { mails, clock } = needs;
  const claim =
    (await mails.claim(n.key, clock.now())) ?? (await mails.claim(n.key, clock.now(), await draft(n, needs)));
  if (!claim) throw new Unavailable(`mail ${n.key} could not be written down`);
  if (claim.kind === "busy") return { waitSeconds: claim.waitSeconds, because: "another worker is sending this mail" };
  if (claim.kind === "over") return conclusion(claim.mail);
  const settle: Settle = (verdict, answer) => mails.settle(n.key, claim.token, verdict, answer, clock.now());

  const alive = setInterval(() => void mails.renew(n.key, claim.token).catch(() => {}), mails.leaseMs / 3);
  let answer: string;
  try {
    answer = await needs.smtp.deliver(claim.mail, signal);
  } catch (error) {
    return await notSent(error, claim.mail, settle, clock);
  } finally {
    clearInterval(alive);
  }
  await settle("ACCEPTED", answer);
  return "done";
}

type Settle = (verdict: Verdict, answer: string) => Promise<void>;

async function draft(n: Notification, { render, smtp, clock }: NotifyNeeds): Promise<Draft> {
  const letter = await render(n);
  const date = clock.now();
  const raw = await compose(letter, { key: n.key, from: smtp.from, to: n.to, date });
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

async function notSent(error: unknown, mail: Mail, settle: Settle, clock: Clock): Promise<Outcome> {
  if (error instanceof Refused) {
    await settle("REJECTED", error.message);
    throw error;
  }
  if (error instanceof Uncertain) {
    await settle("UNKNOWN", error.message);
    if (mail.lost + 1 > MOST_REPEATS) throw uncertain(mail, error);
    return { waitSeconds: waitSeconds(mail), because: `${error.message}; the same mail is sent again` };
  }
  if (!(error instanceof Unavailable)) throw error;
  if (clock.now().getTime() - Date.parse(mail.date) >= GIVE_UP_AFTER_MS) {
    const gaveUp = new Refused(`given up after 24 hours and ${mail.attempts} attempts: ${error.message}`, {
      cause: error,
    });
    await settle("REJECTED", gaveUp.message);
    throw gaveUp;
  }
  await settle("DEFERRED", error.message);
  return { waitSeconds: waitSeconds(mail), because: error.message };
}

function waitSeconds({ attempts }: Mail): number {
  return WAIT_SECONDS[attempts - 1] ?? HOUR_SECONDS;
}

function uncertain({ to, messageId, lastAnswer }: Mail, cause?: Error): Uncertain {
  return new Uncertain(`nobody knows whether ${to} got mail ${messageId}: ${cause?.message ?? lastAnswer}`, { cause });
}
