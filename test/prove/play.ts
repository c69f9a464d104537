// Lets one thing happen in the world of a run.
import { backUp, NOTHING, restore } from "./backup.ts";
import { endured } from "./endured.ts";
import type { Happening } from "./happenings.ts";
import { correctedOrder, orderOf } from "./orders.ts";
import { decide, freeSlots, sendAgain, thawAccount, wish } from "./person.ts";
import { purchaseFault } from "./purchase-faults.ts";
import { buyForeign, type Run, SERVICES } from "./run.ts";
import { timePasses } from "./time.ts";
import { workAtOnce } from "./work.ts";

const MOST_ORDERS = 4;

export async function play(run: Run, happening: Happening): Promise<void> {
  switch (happening.what) {
    case "order": {
      if (run.orders.length === MOST_ORDERS) return;
      const order = orderOf(run.orders.length, SERVICES[happening.product] ?? SERVICES[0]);
      run.orders.push(order);
      await run.needs.certificates.accept(order, run.needs.clock.now());
      return;
    }
    case "work":
      return workAtOnce(run, happening);
    case "loss":
      return run.enom.fault("PurchaseServices", purchaseFault(run, happening.how));
    case "away":
      return run.enom.fault(happening.command, { kind: "status", status: 503 });
    case "lag":
      Object.assign(run.enom.settings.timings, {
        listLagMs: happening.list * 1_000,
        orderLagMs: happening.orders * 1_000,
      });
      return;
    case "page":
      run.enom.settings.largestPage = happening.size;
      return;
    case "colleague":
      return meddle(run, happening);
    case "time":
      return timePasses(run, happening);
    case "clock":
      run.skew += happening.minutes * 60_000;
      run.clockWasSet = true;
      return;
    case "backup":
      run.backups.push(await backUp(run.redis, run.keys));
      return;
    case "restore":
      run.losses += 1;
      return restore(run.redis, run.keys, run.backups.at(-1 - happening.back) ?? NOTHING);
    case "decide": {
      const order = run.orders[happening.order];
      if (order) await endured(run, decide(run, order.reference, happening.manner));
      return;
    }
    case "cancel": {
      const order = run.orders[happening.order];
      if (order) await endured(run, wish(run, order.reference, { kind: "cancel", confirmed: happening.confirmed }));
      return;
    }
    case "correct": {
      const order = run.orders[happening.order];
      if (!order) return;
      const { csr, domain } = correctedOrder(happening.order, happening.name, order.product);
      await endured(run, wish(run, order.reference, { kind: "csr", csr, domain }));
      return;
    }
    case "refund":
      return refund(run, happening.slot);
    case "thaw":
      return endured(run, thawAccount(run));
    case "send-again":
      return sendAgain(run);
  }
}

type Meddling = Extract<Happening, { what: "colleague" }>;

async function meddle(run: Run, { product, how }: Meddling): Promise<void> {
  const { enom, foreign } = run;
  const service = SERVICES[product] ?? SERVICES[0];
  const configure = (certId: number) => enom.colleague.configures(certId, orderOf(MOST_ORDERS, service).csr);
  switch (how) {
    case "now":
      buyForeign(run, service);
      return;
    case "between-pages":
      return enom.fault("CertGetCerts", { kind: "meanwhile", run: () => buyForeign(run, service) });
    case "configures":
      await configure(buyForeign(run, service));
      return;
    case "takes-ours": {
      const [ours] = await freeSlots(run, service);
      if (!ours) return;
      foreign.add(ours.certId);
      await configure(ours.certId);
    }
  }
}

function refund({ enom, foreign, excuses }: Run, pick: number): void {
  const slots = enom.books
    .slots()
    .filter(({ certId, statusId }) => !foreign.has(certId) && statusId !== 7 && statusId !== 8);
  const slot = slots[pick % Math.max(1, slots.length)];
  if (!slot) return;
  enom.books.refund(slot.certId);
  excuses.push("eNom gave money back");
}
