// A whole fleet before a pretended eNom that plays: gateway, workers, and the calls of docs/howto/try-trouble.md.
import { onTestFinished, vi } from "vitest";
import { startGateway } from "../../src/producers/main.ts";
import type { Timings } from "../../src/sandbox/enom/books/settings.ts";
import { waitingOrders } from "../../src/sandbox/waiting-orders.ts";
import { type OrderChanges, orderBody } from "../support/order.ts";
import { type World, world } from "../support/world.ts";

/** Of the answer what the stories look at. */
export interface Shown {
  status: string;
  certId: number | null;
  attention: { code: string; message: string; next: string } | null;
  purchases: { certId: number; refunded?: true }[];
  reissues: number;
  timeline: { event: string; detail: string }[];
  cancellation: { money: string; price: string | null; certId: number | null; ticket: string | null } | null;
}

export interface Stage {
  w: World;
  /** Orders a certificate for this name; answers its reference. */
  order: (domain: string, changes?: OrderChanges) => Promise<string>;
  show: (reference: string) => Promise<Shown>;
  /** The certificate as soon as it fits. */
  until: (reference: string, fits: (shown: Shown) => boolean, timeoutMs?: number) => Promise<Shown>;
  /** A call of the API about one certificate. @throws Error with the gateway's own words */
  say: (reference: string, path: string, body: object) => Promise<void>;
  /** The same by PUT. */
  put: (reference: string, path: string, body: object) => Promise<void>;
  /** The certificate with its chain, as it is delivered. */
  pem: (reference: string) => Promise<string>;
  /** Subjects of all mails that were sent, once none waits to be sent. */
  mails: () => Promise<string[]>;
  /** A button of the pretended eNom's page. @throws Error with its own words */
  press: (action: string, certId?: number | null) => Promise<void>;
}

const QUICK: Partial<Timings> = { processingMs: 20, ownerMs: 20, issueMs: 20, reissueMs: 20, slowMs: 1_500 };

export async function stage(settings: NodeJS.ProcessEnv = {}): Promise<Stage> {
  const w = await world({ timings: QUICK });
  const env = { ...w.env, ...settings };
  const gateway = await startGateway({ ...env, HOST: "127.0.0.1", PORT: "0" });
  onTestFinished(() => gateway.stop());
  w.enom.settings.acceptedOrders = () => waitingOrders(gateway.url);
  await w.work(["open", "reissue", "notify", "balance-poll"], env);

  const call = async (method: "GET" | "POST" | "PUT", path: string, body?: object): Promise<Shown> => {
    const headers = { "content-type": "application/json" };
    const url = `${gateway.url}/v1/certificates${path}`;
    const answer = await fetch(url, { method, ...(body && { headers, body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Shown;
  };
  const show = (reference: string) => call("GET", `/${reference}`);

  return {
    w,
    show,
    async order(domain, changes = {}) {
      const approver = {
        method: "email",
        email: `admin@${domain.toLowerCase().split(".").slice(-2).join(".")}`,
      } as const;
      const body = await orderBody({ cn: domain, approver, ...changes });
      await call("POST", "", body);
      return body.reference;
    },
    until: (reference, fits, timeout = 40_000) =>
      vi.waitFor(
        async () => {
          const shown = await show(reference);
          if (!fits(shown)) throw new Error(JSON.stringify({ ...shown, timeline: shown.timeline.slice(-6) }));
          return shown;
        },
        { timeout, interval: 30 },
      ),
    say: async (reference, path, body) => void (await call("POST", `/${reference}/${path}`, body)),
    put: async (reference, path, body) => void (await call("PUT", `/${reference}/${path}`, body)),
    pem: async (reference) => (await fetch(`${gateway.url}/v1/certificates/${reference}/pem`)).text(),
    async mails() {
      await vi.waitFor(
        async () => {
          const count = await w.queues.all.notify.getJobCountByTypes("waiting", "prioritized", "active", "delayed");
          if (count > 0) throw new Error("mails wait");
        },
        { timeout: 10_000, interval: 20 },
      );
      return w.mail.mails().map(({ subject = "" }) => subject);
    },
    async press(action, certId) {
      const body = new URLSearchParams(certId ? { certId: `${certId}` } : {});
      const answer = await fetch(new URL(`/${action}`, w.enom.url), { method: "POST", body, redirect: "manual" });
      if (answer.status !== 303) throw new Error(`${action}: ${answer.status} ${await answer.text()}`);
    },
  };
}
