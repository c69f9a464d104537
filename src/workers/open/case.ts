// The mail to the department that a person must act: one a case and day, whatever is tried meanwhile. What concerns a whole account is one case.
import { type Attention, concernsAccount } from "../../shared/attention.ts";
import type { Certificate } from "../../shared/certificate.ts";
import { utcDate } from "../../shared/dates.ts";
import { tellDepartment } from "../department.ts";
import type { OrderNeeds } from "./needs.ts";
import { aboutOrder } from "./tell.ts";

/**
 * To be asked for before the attention is saved: a crash in between asks again with the same key. The same code again, with other words or on the
 * same day, is the same case.
 */
export async function tellCase(certificate: Certificate, attention: Attention, needs: OrderNeeds): Promise<void> {
  const { order, record, certId } = certificate;
  if (record.attention?.code === attention.code) return;
  const { all, fitting } = needs.accounts;
  const account = all.find(({ entry }) => entry.id === record.account) ?? fitting(order)[0] ?? all[0];
  if (!account) return;
  const { id } = account.entry;
  const { code, message, since, by, next } = attention;
  const whose = concernsAccount(code) ? id : order.reference;
  const values = {
    ...aboutOrder(certificate),
    account: id,
    certId,
    code,
    message,
    since,
    by: by?.slice(0, 10) ?? null,
    next,
  };
  await tellDepartment(
    account.entry,
    { key: `case:${whose}:${code}:${utcDate(new Date(since))}`, template: "operation-failed", values },
    needs,
  );
}
