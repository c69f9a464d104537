// What the judge is given, gathered when the fleet is gone; and what the ledger's own proof says.
import type { CaughtMail } from "../../../src/sandbox/mail/caught-mail.ts";
import { faultsOfLedger } from "../../../src/workers/audit/invariants.ts";
import { proveAccounts } from "../../../src/workers/commands/ledger-prove.ts";
import { findFrozen } from "../../../src/workers/ledger/maintenance.ts";
import type { Evidence, JudgedMail, NotedMail } from "../judge/evidence.ts";
import { DEPARTMENT } from "../stage.ts";
import type { Scene } from "./scene.ts";

const ACCOUNT = "main";

export interface Gathered {
  evidence: Evidence;
  /** What the processes, the answers and the ledger's own proof have against it, a sentence each. */
  complaints: readonly string[];
}

export async function gatherEvidence(scene: Scene): Promise<Gathered> {
  const { customers, certificates, enom, mail, fleet, boughtByPeople, ofOthers, receiver } = scene;
  const orders = customers.accepted.map(async ({ order, publicKey }) => ({
    ...{ reference: order.reference, domain: order.domain, product: order.product, years: order.years, publicKey },
    customer: order.customer.email,
    wasSentAgain: customers.sentAgain.has(order.reference),
    certificate: await certificates.find(order.reference),
  }));
  const evidence: Evidence = {
    orders: await Promise.all(orders),
    slots: enom.books.slots(),
    boughtByPeople,
    ofOthers,
    webhooks: await receiver.judged(scene),
    mailbox: mail.mails().map(judged),
    notedMails: await notedMails(scene),
    operatorMailbox: DEPARTMENT,
    interruptions: fleet.ended() + scene.losses,
  };
  const enomFaults = [...enom.books.faults];
  const complaints = [...scene.complaints, ...customers.wrongAnswers, ...fleet.fellOver, ...enomFaults];
  return { evidence, complaints: [...complaints, ...(await ownFaults(scene))] };
}

function judged({ envelope, subject = "", messageId = "", text = "", isUnanswered }: CaughtMail): JudgedMail {
  return { to: envelope.to.join(", "), subject, messageId, text, isUnanswered: isUnanswered === true };
}

/** The mail book, as it lies in Redis. */
async function notedMails({ redis, keys }: Scene): Promise<NotedMail[]> {
  const found = await redis.keys(keys.mail("*"));
  const books = await Promise.all(found.map((key) => redis.hgetall(key)));
  return books.map(({ to = "", template = "", state = "", lastAnswer = "" }) => ({ to, template, state, lastAnswer }));
}

/** The ledger's invariants and `ledger prove`: a second opinion beside the judge's. */
function ownFaults({ atDesk }: Scene): Promise<string[]> {
  return atDesk(async (desk) => {
    const frozen = await findFrozen(desk, ACCOUNT);
    const proof = await proveAccounts({ account: ACCOUNT }, desk);
    return [
      ...(frozen ? [`The ledger is frozen: ${frozen}`] : []),
      ...(await faultsOfLedger(desk, ACCOUNT)),
      ...proof.flatMap(({ unmatched }) => unmatched.map(({ what }) => `ledger prove, unmatched: ${what}.`)),
    ];
  });
}
