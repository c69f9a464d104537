// npm run bench -- --import: an account of ten years with 3,000 certificates, a tenth of them odd, taken in by one command: how
// long it takes, what eNom was asked, and whether each odd one was named and nothing was bought.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { table } from "../../src/producers/cli/table.ts";
import { startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { runHere } from "../producers/cli/in-process.ts";
import { quickAccount } from "../support/quick-account.ts";
import { tenYears } from "../workers/moving/shop.ts";

const WRITES = ["PurchaseServices", "CertReissueCert", "CertConfigureCert", "CertPurchaseCert", "CertModifyOrder"];

export interface ImportMeasured {
  certificates: number;
  /** Of the first run, and of one behind it that finds everything as it was. */
  seconds: [number, number];
  details: [number, number];
  pages: number;
  imported: number;
  changedBySecond: number;
  odd: number;
  /** Odd certificates that the run did not name; must be 0. */
  unnamed: number;
  /** How often it was cut off and said again. */
  again: number;
  /** Commands that change something; must be 0. */
  writes: number;
}

export async function measureImport(count = 3_000): Promise<ImportMeasured> {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-import-"));
  const redis = await startRedis({
    ephemeral: true,
    binaryDir: resolve(import.meta.dirname, "../../.data/redis-server"),
    say: console.error,
  });
  const enom = await startSandboxEnom({ username: "acme-hosting", password: "secret-of-the-bench" });
  const { odd, bend } = await tenYears({ enom }, { count, nth: 10 }, new Date());
  const proxy = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const body = await text(request);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const answered = await fetch(enom.url, { method: "POST", headers, body });
      const command = new URLSearchParams(body).get("Command") ?? "";
      response.writeHead(answered.status, { "content-type": "text/xml; charset=utf-8" });
      response.end(bend(await answered.text(), command));
    };
    answer().catch(() => response.destroy());
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/interface.asp`;
  const env = {
    ...{
      REDIS_URL: redis.url,
      CERTFLEET_PREFIX: `{bench-${randomUUID().slice(0, 8)}}`,
      LOG_LEVEL: "silent",
      USER: "bench",
    },
    ...{ CERTFLEET_CONFIG: quickAccount(folder, url, enom.ca.rootPem), CERTFLEET_JOURNAL: join(folder, "journal") },
    ...{ ENOM_USERNAME: "acme-hosting", ENOM_PASSWORD: "secret-of-the-bench", CERTFLEET_AIA: "no" },
  };
  let again = 0;
  const run = async () => {
    const before = enom.asked("CertGetCertDetail").length;
    const begun = performance.now();
    let said = await runHere(["certificate", "import", "main", "--json"], env);
    // A machine that has other work may leave Redis without an answer for a while: said again, it goes on.
    for (let times = 1; said.code === 75 && times < 50; times++, again++)
      said = await runHere(["certificate", "import", "main", "--json"], env);
    if (said.code !== 1) throw new Error(`the import ended with ${said.code}: ${said.stderr}`);
    const seconds = (performance.now() - begun) / 1_000;
    return { seconds, details: enom.asked("CertGetCertDetail").length - before, json: JSON.parse(said.stdout) };
  };
  try {
    const first = await run();
    const pages = enom.asked("CertGetCerts").length;
    const second = await run();
    const named = new Set(first.json.odd.map(({ certId }: { certId: number }) => certId));
    return {
      ...{ certificates: count, pages, imported: first.json.imported, odd: odd.length },
      seconds: [first.seconds, second.seconds],
      details: [first.details, second.details],
      changedBySecond: second.json.imported + second.json.updated + second.json.renamed,
      unnamed: odd.filter((certId) => !named.has(certId)).length,
      again,
      writes: WRITES.reduce((sum, command) => sum + enom.asked(command).length, 0),
    };
  } finally {
    proxy.closeAllConnections();
    proxy.close();
    await Promise.all([enom.close(), redis.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

export function isImportWrong({ unnamed, writes, changedBySecond }: ImportMeasured): boolean {
  return unnamed > 0 || writes > 0 || changedBySecond > 0;
}

export function importWords(measured: ImportMeasured): string {
  const { certificates, seconds, details, pages, imported, odd, unnamed, writes, changedBySecond, again } = measured;
  const rows = [
    ["certificates", `${certificates}`],
    ["taken in", `${imported}`],
    ["odd, of these not named", `${odd}, ${unnamed}`],
    ["seconds, first run and second", seconds.map((each) => each.toFixed(1)).join(", ")],
    ["CertGetCertDetail, first run and second", details.join(", ")],
    ["CertGetCerts, first run", `${pages}`],
    ["changed by the second run", `${changedBySecond}`],
    ["cut off and said again", `${again}`],
    ["commands that change something", `${writes}`],
  ];
  return table(["import", ""], rows);
}
