// Who may be written to: the customer or the operator mailbox of the order or account that a mail is about.
import type { AccountRecord, AccountRecords } from "../account/records.ts";
import type { Mailbox } from "../base/email-address.ts";
import type { Fault } from "../base/fault.ts";
import type { Certificate } from "../certificate/certificate.ts";
import type { CertificateStore } from "../certificate/store.ts";
import type { NotificationRequest } from "../mail/notification.ts";
import type { Template } from "../mail/template.ts";

export interface SubjectNeeds {
  certificates: Pick<CertificateStore, "find">;
  accounts: Pick<AccountRecords, "find" | "whyNoMails">;
}

/** What a mail is about. An order's mail for operators is about its account, too. */
export interface Subject {
  order?: Certificate | undefined;
  account?: AccountRecord | undefined;
}

type Asked = Pick<NotificationRequest, "reference" | "account" | "to">;

/** The scope that frees a caller from all this, for the sentences. */
export const FREELY = "notifications:any";

export async function findSubject(
  { reference, account }: Asked,
  { to }: Pick<Template, "to">,
  { certificates, accounts }: SubjectNeeds,
): Promise<Subject | { faults: Fault[] }> {
  if (reference !== undefined && account !== undefined)
    return { faults: [{ field: "account", message: "Name an order (reference) or an account, not both." }] };
  if (reference !== undefined) {
    const order = await certificates.find(reference);
    if (!order) return { faults: [{ field: "reference", message: `There is no order ${reference}.` }] };
    const id = order.record.account ?? order.order.account;
    return { order, account: to === "department" && id ? await accounts.find(id) : undefined };
  }
  if (account === undefined) return {};
  const found = await accounts.find(account);
  return found ? { account: found } : { faults: [{ field: "account", message: `There is no account ${account}.` }] };
}

/**
 * A customer of an account that only observes is told nothing, whoever asks: another system looks after the order. An
 * order that a free caller names among the values only counts, too.
 */
export async function observedFaults(
  values: NotificationRequest["values"],
  { to }: Pick<Template, "to">,
  { order: named }: Subject,
  { certificates, accounts }: SubjectNeeds,
): Promise<Fault[]> {
  if (to !== "customer") return [];
  const inValues = typeof values.reference === "string" ? values.reference : undefined;
  const order = named ?? (inValues === undefined ? undefined : await certificates.find(inValues));
  const id = order?.record.account ?? order?.order.account;
  const account = id ? await accounts.find(id) : undefined;
  const why = account && (await accounts.whyNoMails(account));
  if (!why) return [];
  return [{ field: named ? "reference" : "values/reference", message: `${why} Send this mail again once it is live.` }];
}

/**
 * Whom the mail goes to: whoever was named, where that is the customer or operator mailbox of its subject or the caller
 * may write to anybody (`isFree`); without a name the customer or operator mailbox.
 */
export function recipientOf(
  { to }: Asked,
  { to: kind }: Pick<Template, "to">,
  { order, account }: Subject,
  isFree: boolean,
): { to: Mailbox } | { faults: Fault[] } {
  const isCustomers = order !== undefined && kind === "customer";
  const due = isCustomers ? customerOf(order) : account?.department ? { address: account.department } : undefined;
  if (to && (isFree || due?.address.toLowerCase() === to.address.toLowerCase())) return { to };
  if (!due && (order || account) && !isFree) return { faults: [nobody({ order, account })] };
  if (!due) return { faults: [{ field: "to", message: "It is missing, and no order or account is named either." }] };
  if (!to) return { to: due };
  const whose = isCustomers
    ? `the customer of order ${order.order.reference}`
    : `the operator mailbox of account ${account?.id}`;
  return {
    faults: [
      {
        field: "to/address",
        message: `It is not ${whose}. Leave out to, and the mail goes there; other addresses need the scope ${FREELY}.`,
      },
    ],
  };
}

function customerOf({ record }: Certificate): Mailbox {
  const { email: address, name } = record.terms.customer;
  return { address, ...(name !== undefined && { name }) };
}

function nobody({ order, account }: Subject): Fault {
  if (account)
    return {
      field: order ? "reference" : "account",
      message: `Account ${account.id} has no operator mailbox. Set department: for it in certfleet.yaml.`,
    };
  return {
    field: "reference",
    message: "The order is on no account yet, so this mail for operators has no recipient.",
  };
}
