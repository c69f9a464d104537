// The yardstick, in a process of its own: the same calls to eNom, checks and mails as the workers, without queue, record or safety.
// Prints processor milliseconds an order.
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { readSubject } from "../../../src/shared/certificate/csr.ts";
import type { Order } from "../../../src/shared/certificate/order.ts";
import { getProduct } from "../../../src/shared/certificate/products.ts";
import { readFleetFile } from "../../../src/shared/config/fleet-file.ts";
import type { Notification } from "../../../src/shared/mail/notification.ts";
import { renderer } from "../../../src/shared/mail/render.ts";
import { detailsOf } from "../../../src/shared/panel/organization.ts";
import { openEnomAccounts } from "../../../src/workers/accounts/open.ts";
import type { Enom } from "../../../src/workers/enom/commands/commands.ts";
import { compose } from "../../../src/workers/notify/compose.ts";
import { openSmtp, type Smtp } from "../../../src/workers/notify/smtp.ts";
import { verifyIssued } from "../../../src/workers/order/issued-certificate.ts";
import { makeOrders } from "../../storm/orders.ts";

const AT_ONCE = 8;
const OTHER = { geotrust: 18, comodo: 1_000 } as const;
const render = renderer();

interface Tools {
  enom: Enom;
  smtp: Smtp;
  /** An order's calls, as many as the workers made. */
  calls: number;
}

async function takeOrder({ reference, ...order }: Order, { enom, smtp, calls }: Tools): Promise<void> {
  await enom.balance();
  const bought = await enom.buySlot({ service: order.product, years: order.years }, async () => {});
  if (bought.kind !== "bought") throw new Error(`${reference}: ${JSON.stringify(bought)}`);
  const { certId } = bought;
  const { csr, contacts, domain } = order;
  const { admin } = contacts;
  const webServerType = getProduct(order.product).family === "comodo" ? OTHER.comodo : OTHER.geotrust;
  await enom.configure({ certId, csr, webServerType, contacts: { admin, tech: admin, billing: admin } });
  const about = { reference, domain, product: getProduct(order.product).name };
  await mail("certificate-ordered", { ...about, paidUntil: null }, { order, smtp, key: `${reference}:ordered` });
  const details =
    getProduct(order.product).family !== "comodo" ? {} : { csrDetails: detailsOf(admin, readSubject(csr)) };
  await enom.submit({ certId, approver: { method: "email", email: "admin@example.com" }, ...details });
  const asked = { method: "email", approverEmail: "admin@example.com", dns: null, file: null };
  const when = { respondBefore: "2026-12-31", reissue: false, renewal: false, expirationDate: null, repeat: 0 };
  await mail("validation-required", { ...about, ...asked, ...when }, { order, smtp, key: `${reference}:validation` });
  for (let made = 4; ; made++) {
    const detail = await enom.detail(certId);
    if (made + 1 < calls) continue;
    const verified = detail.certificatePem && (await verifyIssued(detail, { csr, domain }));
    if (!verified) await pause(20);
    else if ("fault" in verified) throw new Error(verified.fault);
    else {
      const { pem, serialNumber, notBefore, notAfter } = verified.issue;
      const issued = { serialNumber, notBefore, notAfter, chainPem: pem };
      const values = { ...about, ...issued, expirationDate: notAfter.slice(0, 10), paidUntil: null };
      return mail("certificate-issued", values, { order, smtp, key: `${reference}:issued` });
    }
  }
}

async function mail(
  template: string,
  values: Notification["values"],
  { order, smtp, key }: { order: Pick<Order, "customer">; smtp: Smtp; key: string },
): Promise<void> {
  const letter = await render({ template, values });
  const to = { address: order.customer.email };
  const raw = await compose(letter, { key, from: smtp.from, to, date: new Date() });
  await smtp.deliver({ to: to.address, raw });
}

async function drive(orders: readonly Order[], tools: Tools): Promise<void> {
  const waiting = [...orders];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await takeOrder(next, tools);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

const { CERTFLEET_CONFIG = "", SMTP_URL: url = "", MAIL_FROM: from = "", BENCH_ORDERS, BENCH_CALLS } = process.env;
const log = pino({ level: "silent" });
const opened = openEnomAccounts(process.env, { file: readFleetFile(CERTFLEET_CONFIG), clock: systemClock, log });
const [account] = opened.accounts.all;
if (!account) throw new Error("no account");
const tools = { enom: account.enom, smtp: openSmtp({ url, from }), calls: Number(BENCH_CALLS) };
const samples = (await makeOrders(28)).map(({ order }) => order);
const copies = (count: number, name: string): Order[] =>
  Array.from({ length: count }, (_, i) => ({ ...(samples[i % samples.length] as Order), reference: `${name}-${i}` }));
await drive(copies(50, "warm"), tools);
const before = process.cpuUsage();
await drive(copies(Number(BENCH_ORDERS), "bare"), tools);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1_000 / Number(BENCH_ORDERS));
tools.smtp.close();
await opened.close();
