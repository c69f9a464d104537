// The right login, always: after the login of an account was changed under a running fleet, no command that names a CertID
// reaches the other eNom; each waits, and goes on by itself.
import { renameSync, writeFileSync } from "node:fs";
import { expect, onTestFinished, test, vi } from "vitest";
import { type SandboxEnom, startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { requestCsr } from "../../../src/shared/certificate/changes/csr-correction.ts";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { makeCsr } from "../../support/csr.ts";
import { issued, PASSWORD, type World, world } from "../../support/world.ts";
import { withCode } from "../open/runs.ts";

const WORD = "account-bound-elsewhere";
const file = (w: World, url: string, username = "acme-hosting"): void => {
  const path = `${w.env.CERTFLEET_CONFIG}`;
  const entry = `{ id: main, apiUrl: "${url}", username: ${username}, password: ${PASSWORD}, requestsPerSecond: 1000 }`;
  writeFileSync(`${path}.new`, `accounts:\n  - ${entry}\n`);
  renameSync(`${path}.new`, path); // as editors do
};

/** A second eNom that has certificates of the same numbers: those of somebody else. */
async function otherEnom(): Promise<SandboxEnom> {
  const other = await startSandboxEnom({ username: "somebody-else", password: PASSWORD });
  onTestFinished(() => other.close());
  for (let i = 0; i < 3; i++) other.colleague.buys("Certificate-RapidSSL-RapidSSL", 1);
  return other;
}

const named = (enom: SandboxEnom): string[] =>
  enom.asked().flatMap(({ command, parameters }) => (parameters.certid === undefined ? [] : [command]));

type Wish = "approver" | "resend" | "cancel" | "csr" | "reissue";

async function request(w: World, reference: string, kind: Wish): Promise<void> {
  const found = await w.certificates.find(reference);
  if (!found) throw new Error("no order");
  const now = new Date();
  const at = now.toISOString();
  if (kind === "reissue") {
    const answer = await requestReissue(found, { id: "test", who: "ops" }, now);
    if (answer.kind !== "requested") throw new Error(answer.kind);
    await w.certificates.save(answer.certificate, now);
    await w.queues.enqueue("reissue", { reference });
    return;
  }
  if (kind === "csr") {
    const change = { csr: await makeCsr({ cn: "www.example.com" }), reason: "typo", who: "ops" };
    const answer = await requestCsr(found, change, now);
    if (answer.kind !== "requested") throw new Error(answer.kind);
    await w.certificates.save(answer.certificate, now);
    await w.queues.enqueue("open", { reference });
    return;
  }
  const wish =
    kind === "cancel"
      ? ({ kind, who: "ops", at, reason: "not wanted" } as const)
      : ({
          kind: "approver",
          who: "ops",
          at,
          ...(kind === "approver" && { email: "postmaster@example.com" }),
        } as const);
  const made = requestChange(found, wish, now);
  if ("conflict" in made) throw new Error(made.conflict);
  if ("certificate" in made) await w.certificates.save(made.certificate, now);
  await w.queues.enqueue("open", { reference });
}

/** The step that the login is changed before, and what eNom is asked when it goes on. */
const STEPS: [string, { stopAt: (each: Certificate) => boolean; fault?: string; asks?: Wish }][] = [
  [
    "CertConfigureCert",
    { stopAt: ({ state }) => state === "OWNED" || state === "CONFIGURING", fault: "CertConfigureCert" },
  ],
  ["CertGetApproverEmail", { stopAt: ({ state }) => state === "CONFIGURED", fault: "CertGetApproverEmail" }],
  ["CertPurchaseCert", { stopAt: ({ state }) => state === "CONFIGURED", fault: "CertPurchaseCert" }],
  ["CertGetCertDetail", { stopAt: ({ record }) => record.looks > 0 }],
  ["CertChangeApproverEmail", { stopAt: ({ record }) => record.looks > 0, asks: "approver" }],
  ["CertResendApproverEmail", { stopAt: ({ record }) => record.looks > 0, asks: "resend" }],
  ["CertModifyOrder", { stopAt: ({ record }) => record.looks > 0, asks: "cancel" }],
  ["CertModifyOrder", { stopAt: ({ record }) => record.looks > 0, asks: "csr" }],
  ["CertReissueCert", { stopAt: issued, asks: "reissue" }],
];

test.for(STEPS)(
  "%s never leaves for another login than the one that the ledger is bound to, and goes on when the login is right again",
  { timeout: 60_000 },
  async ([command, { stopAt, fault, asks }]) => {
    const w = await world({ owner: command === "CertReissueCert" ? "approves" : "silent" });
    const other = await otherEnom();
    file(w, w.enom.url);
    if (fault) w.enom.fault(fault, ...Array.from({ length: 200 }, () => ({ kind: "lose-request" }) as const));
    await w.work(["open", "reissue"]);
    const reference = await w.order({});
    await w.until(reference, stopAt);

    file(w, other.url, "somebody-else");
    await vi.waitFor(
      async () => {
        const about = await w.redis.hget(w.keys.account("main"), "about");
        expect(about).toContain(new URL(other.url).host);
      },
      { timeout: 10_000, interval: 20 },
    );
    if (asks) await request(w, reference, asks);
    else await w.queues.enqueue("open", { reference });
    await w.until(reference, withCode(WORD), 20_000);
    const before = w.enom.asked(command).length;

    expect(named(other)).toEqual([]);

    file(w, w.enom.url);
    await vi.waitFor(() => expect(w.enom.asked(command).length).toBeGreaterThan(before), {
      timeout: 25_000,
      interval: 50,
    });

    expect(named(other)).toEqual([]);
    expect(other.asked("PurchaseServices")).toEqual([]);
  },
);
