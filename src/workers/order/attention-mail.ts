// The mail to the department that a person must act: one a case, whatever is tried meanwhile. What concerns a whole
// account is one case.

import { readNote, WHOLE_FLEET } from "../../shared/account/trouble-notes.ts";
import { concernsAccount } from "../../shared/base/codes.ts";
import type { Attention } from "../../shared/certificate/attention.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { AccountEntry } from "../../shared/config/fleet-file.ts";
import type { Account } from "../accounts/accounts.ts";
import { aboutOrder } from "./customer-mails.ts";
import { tellDepartment } from "./department.ts";
import type { OrderNeeds } from "./needs.ts";

/** As many as the template prints: the words of many accounts together may be more than a mail's job holds. */
const MOST_LETTERS = 1_000;

/**
 * To be asked for before the attention is saved: a crash in between asks again, over the same version and so with the
 * same key. What comes back after it was fixed is a new case.
 */
export async function mailAttention(certificate: Certificate, attention: Attention, needs: OrderNeeds): Promise<void> {
  const { order, record, version } = certificate;
  if (isSameCase(record.attention, attention)) return;
  const { code } = attention;
  const tell = (key: string) => tellOfOrder(certificate, attention, key, needs);
  if (!concernsAccount(code)) return tell(`case:${order.reference}:${code}:${version}`);
  const account = accountOf(certificate, attention, needs)?.entry.id;
  const about = { account, name: caseOf(code, order.product), since: attention.since };
  if (account !== undefined) await tellOfAccount({ ...about, account }, tell, needs);
}

/**
 * Told before: the same code again, in other words, too. What concerns an account is another case on another account.
 */
export function isSameCase(
  before: Attention | null,
  { code, account = before?.account }: Attention,
): before is Attention {
  if (before?.code !== code) return false;
  return !concernsAccount(code) || (before.account ?? account) === account;
}

/** The name of a case of an account. What eNom does not sell is another case for each product. */
export function caseOf(code: string, product: string): string {
  return code === "product-not-sold" ? `${code} ${product.toLowerCase()}` : code;
}

/**
 * The account that an attention is about: the one that it names, else the order's own, else the first that fits the
 * order.
 */
export function accountOf(
  { order, record }: Certificate,
  attention: Pick<Attention, "account">,
  { accounts: { all, fitting } }: Pick<OrderNeeds, "accounts">,
): Account | undefined {
  const named = (id: string | null | undefined) => all.find(({ entry }) => entry.id === id);
  return named(attention.account) ?? named(record.account) ?? fitting(order)[0] ?? all[0];
}

/**
 * Tells the department of the account that it is about; where that has no address, the one of the next account that
 * fits the order. The key makes it once.
 */
export async function tellOfOrder(
  certificate: Certificate,
  attention: Omit<Attention, "who">,
  key: string,
  needs: OrderNeeds,
): Promise<void> {
  const account = accountOf(certificate, attention, needs);
  if (!account) return;
  const { code, message, since, by, next } = attention;
  const values = {
    ...aboutOrder(certificate),
    account: account.entry.id,
    certId: certificate.certId,
    ...{ code, since, next },
    message: message.slice(0, MOST_LETTERS),
    by: by?.slice(0, 10) ?? null,
  };
  const entry = reachable(account.entry, needs.accounts.fitting(certificate.order));
  await tellDepartment(entry, { key, template: "operation-failed", values }, needs);
}

/** The account under its own name, with an address where any of these has one. */
export function reachable(entry: AccountEntry, fitting: readonly Account[]): Pick<AccountEntry, "id" | "department"> {
  const instead = fitting.find((each) => each.entry.department);
  return entry.department ? entry : { ...entry, ...(instead && { department: instead.entry.department }) };
}

/**
 * One mail for all orders that meet the same on an account, for as long as one of them waits (`due/end-cases.ts` ends
 * it). Noted when it was asked for: a crash in between, or another process at the same moment, asks with the same key,
 * which is of the hour. Cases last longer.
 */
async function tellOfAccount(
  { account, name, since }: { account: string; name: string; since: string },
  tell: (key: string) => Promise<void>,
  { ledger: { redis, keys } }: OrderNeeds,
): Promise<void> {
  if ((await redis.hexists(keys.cases(account), name)) === 1) return;
  // The watch over the accounts and the fleet saw it before any order did.
  const noted = [account, WHOLE_FLEET].map((field) => redis.hget(keys.troubles(field), name));
  if ((await Promise.all(noted)).some((note) => readNote(note)?.told)) return;
  await tell(`case:${account}:${name.replace(" ", ":")}:${since.slice(0, 13)}`);
  await redis.hsetnx(keys.cases(account), name, since);
}
