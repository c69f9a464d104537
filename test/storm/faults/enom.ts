// Faults of eNom, at the purchase and at the other calls of the road: what gets lost, what comes late, what is no answer, and
// what people do in the account.
import { setTimeout as pause } from "node:timers/promises";
import type { Fault as Played } from "../../../src/sandbox/enom/wire/faults.ts";
import { thaw, until } from "../matrix/operator.ts";
import type { Scene } from "../matrix/scene.ts";
import { CLASSES } from "../orders.ts";
import { type Fault, pick } from "./fault.ts";

const ROAD = ["CertGetCerts", "CertGetCertDetail", "CertConfigureCert", "CertGetApproverEmail", "CertPurchaseCert"];
/** So long the calls come that a fault waits for. */
const WATCH_MS = 3_000;
const LINE_MS = 4_000;

/** The next two purchases and one call each of the road meet it. */
function answersWith(name: string, does: string, made: (scene: Scene) => Played): Fault {
  return {
    ...{ name, group: "enom", does },
    async play(scene) {
      const before = scene.enom.asked().length;
      scene.enom.fault("PurchaseServices", made(scene), made(scene));
      for (const command of ROAD) scene.enom.fault(command, made(scene));
      await pause(WATCH_MS);
      return `${scene.enom.asked().length - before} calls meanwhile`;
    },
  };
}

function lineThat(name: string, does: string, weather: "refuses" | "silent" | "trickles"): Fault {
  return {
    ...{ name, group: "enom", does },
    async play({ lines }) {
      lines.enom.weather = weather;
      if (weather === "refuses") lines.enom.cut();
      await pause(LINE_MS);
      lines.enom.weather = "clear";
      if (weather === "silent") lines.enom.cut();
      return undefined;
    },
  };
}

const HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/** Orders that have a slot and no certificate yet, the newest first. */
async function underWay({ customers, certificates }: Scene): Promise<{ reference: string; certId: number | null }[]> {
  const newest = customers.accepted.slice(-10).reverse();
  const found = await Promise.all(newest.map(({ order }) => certificates.find(order.reference)));
  return found.flatMap((each) =>
    each && !each.record.issue ? [{ reference: each.order.reference, certId: each.certId }] : [],
  );
}

export const enomFaults: readonly Fault[] = [
  answersWith("answer-lost", "the call takes effect, its answer is lost", () => ({ kind: "lose-answer" })),
  answersWith("request-lost", "the call gets lost before it takes effect", () => ({ kind: "lose-request" })),
  answersWith("late-effect", "no answer; the effect comes after half of T_settle", ({ settleMs }) => ({
    kind: "late-effect",
    until: pause(settleMs / 2),
  })),
  answersWith("http-500", "500 with a page, without an effect", () => ({ kind: "status", status: 500 })),
  answersWith("http-502", "502 with HTML, after the effect", () => ({
    kind: "status",
    status: 502,
    body: HTML,
    effect: true,
  })),
  answersWith("empty-200", "200 with nothing in it, after the effect", () => ({
    kind: "body",
    body: "",
    effect: true,
  })),
  answersWith("html-200", "200 with a page for people, without an effect", () => ({ kind: "html" })),
  answersWith("http-301", "a redirect", () => ({ kind: "status", status: 301, body: "" })),
  answersWith("http-403", "403", () => ({ kind: "status", status: 403, body: HTML })),
  answersWith("cut-xml", "the answer ends somewhere in the middle", ({ random }) => ({
    kind: "cut",
    bytes: Math.floor(random() * 600),
  })),
  answersWith("hang", "no answer at all, with or without an effect", ({ random }) => ({
    kind: "hang",
    effect: random() < 0.5,
  })),
  lineThat("unreachable", "connections are refused for four seconds", "refuses"),
  lineThat("one-way", "connected, and nothing gets through for four seconds", "silent"),
  lineThat("slow-bytes", "answers come byte by byte for four seconds", "trickles"),
  {
    ...{ name: "list-lag", group: "enom", does: "a new slot is in no list for a third of T_settle" },
    async play({ enom, settleMs }) {
      const { listLagMs } = enom.settings.timings;
      enom.settings.timings.listLagMs = settleMs / 3;
      enom.fault("PurchaseServices", { kind: "lose-answer" });
      await pause(WATCH_MS * 2);
      enom.settings.timings.listLagMs = listLagMs;
      return undefined;
    },
  },
  {
    ...{ name: "login-refused", group: "enom", does: "the login is refused for three seconds" },
    async play({ enom }) {
      enom.settings.loginWorks = false;
      await pause(WATCH_MS);
      enom.settings.loginWorks = true;
      return undefined;
    },
  },
  {
    ...{
      name: "human-purchase",
      group: "enom",
      does: "a person buys a slot of a class in use: freeze, thaw by an operator",
    },
    async play(scene) {
      const [service, years] = pick(CLASSES, scene.random);
      const { certId } = scene.enom.colleague.buys(service, years);
      scene.boughtByPeople.add(certId);
      const isKnown = async (): Promise<boolean> =>
        (await scene.redis.hexists(scene.keys.ledger.owner("main"), `${certId}`)) === 1 ||
        (await scene.redis.hexists(scene.keys.ledger.meta("main"), "frozen")) === 1;
      const noticed = await until(isKnown, 2 * scene.settleMs);
      const thawed = await until(() => thaw(scene, `a colleague bought ${certId}`).catch(() => false), 10_000);
      // What is not noticed by now is found by the proof in the end: the slot would be in no map.
      return `slot ${certId}${noticed ? "" : ", not noticed yet"}${thawed ? "" : ", not thawed yet"}`;
    },
  },
  {
    ...{ name: "refund", group: "enom", does: "eNom's support gives the money for an order under way back" },
    async play(scene) {
      const order = (await underWay(scene)).find(({ certId }) => certId !== null);
      if (!order?.certId) return "no order was under way";
      scene.enom.books.refund(order.certId);
      return order.reference;
    },
  },
  {
    ...{ name: "cancel", group: "enom", does: "an order under way is cancelled over HTTP" },
    async play(scene) {
      const [order] = await underWay(scene);
      if (!order) return "no order was under way";
      const words = { reason: "the customer changed their mind", confirm: order.reference };
      const answer = await scene.customers.ask(`/v1/certificates/${order.reference}/cancel`, words);
      return `${order.reference}: ${answer?.status ?? "no answer"}`;
    },
  },
];
