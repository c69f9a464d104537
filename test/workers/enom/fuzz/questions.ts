// Every question and effect of the client, and what of its result must stand in the document.
import type { Enom, ListedOrder } from "../../../../src/workers/enom/commands/commands.ts";
import type { Bent } from "./fuzz.ts";
import { all, type Element, isNamed, only, onlyChild } from "./oracle.ts";

export type Agrees = (root: Element) => boolean;

type Question = (enom: Enom, asked: Bent["asked"]) => Promise<Agrees>;

function question<T>(
  ask: (enom: Enom, asked: Bent["asked"]) => Promise<T>,
  agrees: (root: Element, result: T, asked: Bent["asked"]) => boolean = () => true,
): Question {
  return async (enom, asked) => {
    const result = await ask(enom, asked);
    return (root) => agrees(root, result, asked);
  };
}

/** The same sum, whatever signs and commas stand around it. */
function isSum(text: string | undefined, amount: string | null): boolean {
  if (amount === null) return (text ?? "") === "";
  return /^-?\$?[\d,]*\.?\d+$/.test(text ?? "") && Number(text?.replace(/[$,]/g, "")) === Number(amount);
}

function same<T>(left: readonly T[], right: readonly T[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function isWholePage(list: Element | undefined, rows: number, total: number): boolean {
  return Number(only(list, "recordcount") || "none") === total && rows === Math.min(25, total);
}

const rowsOf = (list: Element | undefined, name: string): Element[] =>
  list?.children.filter((child) => isNamed(child, name)) ?? [];
const idsOf = (orders: readonly ListedOrder[]): string[] => orders.map(({ orderId }) => String(orderId));
const contact = {
  firstName: "A",
  lastName: "B",
  address1: "C",
  city: "D",
  state: "E",
  postalCode: "F",
  country: "NL",
  phone: "+31.3",
  email: "a@example.com",
};
const contacts = { admin: contact, tech: contact, billing: contact };
const areAll = (root: Element, emails: readonly string[]): boolean => {
  const shown = all(root, "approveremail").map(({ text }) => text.trim());
  return emails.every((email) => shown.includes(email));
};

/** By eNom's name of the command. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  GetBalance: question(
    (enom) => enom.balance(),
    (root, { available, balance }) =>
      isSum(only(root, "availablebalance"), available) &&
      (balance === available || isSum(only(root, "balance"), balance)),
  ),
  CheckLogin: question((enom) => enom.checkLogin()),
  GetCerts: question(
    (enom) => enom.catalogue(),
    (root, entries) => {
      const prices = all(root, "resellerprice").map(({ text }) => text.trim());
      return entries.every(({ price }) => prices.some((text) => isSum(text, price)));
    },
  ),
  CertGetCertDetail: question(
    (enom, { certId }) => enom.detail(certId),
    (root, { certId, statusId }, asked) => {
      const payload = onlyChild(root, "certgetcertdetail");
      return (
        only(payload, "certid") === String(asked.certId) &&
        certId === asked.certId &&
        Number(only(payload, "certstatusid") ?? 0) === statusId
      );
    },
  ),
  CertGetCerts: question(
    (enom) => enom.listCertificates({ start: 1, size: 250 }),
    (root, { certificates, unread, total }) => {
      const list = onlyChild(onlyChild(root, "certgetcerts"), "certs");
      const shown = rowsOf(list, "cert").map((row) => only(row, "certid") ?? "");
      const known = new Set(certificates.map(({ certId }) => String(certId)));
      const count = only(list, "count") ?? String(shown.length);
      return (
        list !== undefined &&
        shown.length === certificates.length + unread.length &&
        same(
          shown.filter((certId) => known.has(certId)),
          certificates.map(({ certId }) => String(certId)),
        ) &&
        Number(count || 0) === shown.length &&
        total >= shown.length &&
        (total === 0 || shown.length > 0)
      );
    },
  ),
  GetOrderList: question(
    (enom) => enom.orderPage({ start: 1 }),
    (root, { orders, total }) => {
      const list = onlyChild(root, "orderlist");
      const shown = rowsOf(list, "orderdetail").map((row) => only(row, "orderid"));
      return same(shown, idsOf(orders)) && isWholePage(list, shown.length, total);
    },
  ),
  GetOrderDetail: question(
    (enom, { orderId }) => enom.order(orderId),
    (root, { amount, holdsCertificates }, asked) => {
      const order = onlyChild(root, "order");
      const holds = holdsCertificates ? /^(true|1|y|yes)$/i : /^(false|0|n|no)$/i;
      return (
        only(order, "orderid") === String(asked.orderId) &&
        isSum(only(order, "orderbillamount"), amount) &&
        holds.test(only(order, "certs") ?? "")
      );
    },
  ),
  GetTransHistory: question(
    (enom) => enom.transactionPage({ start: 1 }),
    (root, { transactions, total }) => {
      const list = onlyChild(root, "transhistory");
      const rows = rowsOf(list, "transaction");
      const agree = transactions.every(
        ({ amount, balance, orderId }, index) =>
          isSum(only(rows[index], "amount"), amount) &&
          isSum(only(rows[index], "balance"), balance) &&
          Number(only(rows[index], "orderid") ?? 0) === (orderId ?? 0),
      );
      return agree && rows.length === transactions.length && isWholePage(list, rows.length, total);
    },
  ),
  CertConfigureCert: question(
    (enom, { certId }) => enom.configure({ certId, csr: "PEM", webServerType: 18, contacts }),
    (root, { approverEmails }) => areAll(root, approverEmails),
  ),
  CertGetApproverEmail: question((enom, { certId }) => enom.approverEmails({ certId, domain: "example.com" }), areAll),
  CertPurchaseCert: question(
    (enom, { certId }) => enom.submit({ certId, approver: { method: "dns" } }),
    (root) => onlyChild(root, "certpurchasecert") !== undefined,
  ),
  CertChangeApproverEmail: question((enom, { certId }) => enom.changeApproverEmail({ certId, email: "a@example.com" })),
  CertResendApproverEmail: question((enom, { certId }) => enom.resendApproverEmail(certId)),
  CertModifyOrder: question((enom, { certId }) => enom.cancelConfiguration(certId)),
  CertReissueCert: question((enom, { certId }) => enom.reissue({ certId, csr: "PEM" })),
};
