// What the judge of a storm says of mails: each one arrives, and none as two.
import type { Evidence } from "./evidence.ts";

/** As `templates/en/certificate-issued.subject` begins. */
const ISSUED_SUBJECT = /ready to install|has been issued|is issued/i;
/** Copies of one mail: `MOST_REPEATS` and the first. They are counted in Redis. */
const MOST_COPIES = 3;

export function missingMails({ orders, mailbox, notedMails }: Evidence): string[] {
  const refused = new Set(notedMails.filter(({ state }) => state === "REJECTED").map(({ to }) => to));
  const without = orders.filter(
    ({ customer, certificate }) =>
      certificate?.record.issue &&
      certificate.state !== "CANCELLED" &&
      !refused.has(customer) &&
      !mailbox.some(({ to, subject }) => to === customer && ISSUED_SUBJECT.test(subject)),
  );
  const waiting = notedMails.filter(({ state }) => state !== "ACCEPTED" && state !== "REJECTED");
  return [
    ...without.map(({ reference, customer }) => `${customer} was not told that ${reference} is issued.`),
    ...waiting.map(({ to, template, state, lastAnswer }) => `${template} to ${to} is ${state}: ${lastAnswer}`),
  ];
}

/** The same news in two mails: a receiver that drops copies cannot help there. */
export function twoMails({ mailbox, orders }: Evidence): { faults: string[]; notes: string[] } {
  const byCustomer = new Map(orders.map((order) => [order.customer, order]));
  const news = Map.groupBy(
    mailbox.filter(({ to }) => byCustomer.has(to)),
    ({ to, subject }) => `"${subject}" to ${to}`,
  );
  const twice = [...news].filter(([, mails]) => new Set(mails.map(({ messageId }) => messageId)).size > 1);
  const isForgotten = ([, [mail]]: (typeof twice)[number]): boolean =>
    byCustomer.get(mail?.to ?? "")?.wasSentAgain === true;
  const forgotten = twice.filter(isForgotten);
  return {
    faults: twice.filter((each) => !isForgotten(each)).map(([what]) => `${what} went out as different mails.`),
    notes: forgotten.length > 0 ? [`${forgotten.length} mails were made anew for orders that Redis had lost`] : [],
  };
}

/**
 * What explains a copy: an answer that the mail server kept to itself; something that ended between sending and noting it; and Redis
 * that had lost the order, and the note of the mail with it: once more, and its lost answers are counted anew from then on.
 */
export function copiesOf({ mailbox, interruptions, orders }: Evidence): { faults: string[]; notes: string[] } {
  const faults: string[] = [];
  const unexplained: string[] = [];
  const forgotten = new Set(orders.filter(({ wasSentAgain }) => wasSentAgain).map(({ customer }) => customer));
  for (const [messageId, mails] of Map.groupBy(mailbox, (mail) => mail.messageId)) {
    const [first] = mails;
    if (!first || mails.length < 2) continue;
    const what = `"${first.subject}" to ${first.to} (${messageId})`;
    const unanswered = mails.filter(({ isUnanswered }) => isUnanswered).length;
    const again = forgotten.has(first.to) ? 1 : 0;
    if (mails.length > MOST_COPIES + again * (1 + Math.min(unanswered, MOST_COPIES - 1)))
      faults.push(`${what} arrived ${mails.length} times.`);
    else for (let extra = mails.length - 1 - unanswered - again; extra > 0; extra--) unexplained.push(what);
  }
  if (unexplained.length > interruptions)
    return { faults: [...faults, ...unexplained.map((what) => `${what} arrived again for no reason.`)], notes: [] };
  const notes = unexplained.length > 0 ? [`${unexplained.length} mails have a copy of the same Message-ID`] : [];
  return { faults, notes };
}

export function rejectedMails({ notedMails }: Evidence): string[] {
  const rejected = notedMails.filter(({ state }) => state === "REJECTED");
  return rejected.map(({ to, template, lastAnswer }) => `${template} to ${to} was refused: ${lastAnswer}`);
}
