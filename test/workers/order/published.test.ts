// What the fleet sees of a proof is kept and told, keeps nobody waiting, and spares an owner who has done it.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { explain } from "../../../src/producers/cli/explain/explanation.ts";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { project } from "../../../src/shared/certificate/projection.ts";
import type { Seen } from "../../../src/workers/proof/asking.ts";
import { openLook } from "../../../src/workers/proof/look.ts";
import { defaultPolicy } from "../../support/policy.ts";
import type { World } from "../../support/world.ts";
import { CUSTOMER, happened, mailsTo, now, story, takeOn, worker } from "../due/stories.ts";

const ALL_WELL = { troubles: [], asleep: [], hasWayOut: false };
const there: Seen = { found: "there", detail: "shop.example.com TXT has the value" };
const missing: Seen = { found: "missing", detail: "no TXT record" };
const other: Seen = { found: "other", detail: 'shop.example.com has "old"' };
const unknown: Seen = { found: "unknown", detail: "no answer from DNS" };

/** An order by this method whose owner is awaited, and what a look finds. */
async function awaited(w: World, method: "dns" | "file" | "email", seen: Seen | null) {
  w.enom.settings.owner = "silent";
  const approver = method === "email" ? { method, email: "admin@example.com" } : { method };
  const reference = await w.accept({ approver });
  const asked: object[] = [];
  const lookForProof = async (published: object) => {
    asked.push(published);
    return seen;
  };
  const needs = worker(w, { lookForProof });
  const pending = await takeOn(w, reference, ({ record }) => record.looks > 1, needs);
  return { pending, needs, asked, reference };
}

test.for([
  [there, "The record is there", "The certificate authority has to look at it."],
  [missing, "The record is not there", "The domain's owner must act."],
  [other, "The record has another value", "The domain's owner must act."],
  [unknown, "Whether the record is there could not be seen", "The domain's owner must act."],
] as const)("explain and the API say what was found: $0.found", async ([seen, words, who]) => {
  const w = await story();
  const { pending } = await awaited(w, "dns", seen);

  const [text] = explain(pending, { clock: w.time, policyFor: defaultPolicy }, ALL_WELL);

  expect(text).toContain(words);
  expect(text).toContain(seen.detail);
  expect(text).toContain(who);
  expect(project(pending, w.time.now(), defaultPolicy).validation.proof).toMatchObject(seen);
  expect(happened(pending, "validation.seen")).toBe(1);
});

test("a file is looked for as well, and nothing where e-mail validates or nobody may look", async () => {
  const w = await story();
  const byFile = await awaited(w, "file", missing);
  const byMail = await awaited(w, "email", missing);
  const notLooked = await awaited(w, "dns", null);

  expect(byFile.asked[0]).toMatchObject({
    domain: "shop.example.com",
    dns: null,
    file: { content: expect.any(String) },
  });
  expect(explain(byFile.pending, { clock: w.time, policyFor: defaultPolicy }, ALL_WELL)[0]).toContain(
    "The file is not there",
  );
  expect(byMail.asked).toEqual([]);
  expect(notLooked.pending.record.validation.proof).toBeNull();
  expect(explain(notLooked.pending, { clock: w.time, policyFor: defaultPolicy }, ALL_WELL)[0]).toContain(
    "was not looked for",
  );
});

test("an owner who has published it is not reminded, one who has not is", async () => {
  const [done, open] = [await story(), await story()];
  const counts: number[] = [];
  for (const [w, seen] of [[done, there] as const, [open, missing] as const]) {
    await w.work(["notify"]);
    const { needs, reference } = await awaited(w, "dns", seen);
    for (let day = 0; day < 6; day++) {
      w.time.jump(DAY_MS);
      await takeOn(w, reference, () => true, needs);
    }
    const mails = await mailsTo(w, CUSTOMER);
    counts.push(mails.filter(({ text }) => text.includes("the certificate authority still waits")).length);
  }

  expect(counts[0]).toBe(0);
  expect(counts[1]).toBeGreaterThan(0);
});

test("the type of the record is the one that eNom names", async () => {
  const w = await story();
  await w.work(["notify"]);
  w.enom.settings.variants.dnsType = "CNAME";
  const { pending, reference } = await awaited(w, "dns", null);

  expect(pending.record.validation.dns).toMatchObject({ type: "CNAME" });
  expect((await mailsTo(w, CUSTOMER)).some(({ text }) => /Type: +CNAME/.test(text))).toBe(true);
  expect(explain(await now(w, pending), { clock: w.time, policyFor: defaultPolicy }, ALL_WELL)[0]).toContain(" CNAME ");
  expect(reference).toBe(pending.order.reference);
});

const anySettings = {
  CERTFLEET_PROOF_LOOKUP: "auto",
  CERTFLEET_PROOF_RESOLVERS: [],
  CERTFLEET_PROOF_ALLOW: [],
} as const;
const nothing = { domain: "shop.example.com", dns: null, file: null };

test.for([
  ["a pretended eNom on this machine", "auto", false, "http://127.0.0.1:8080/interface.asp"],
  ["one over https", "auto", false, "https://localhost/interface.asp"],
  ["a turned clock", "auto", true, "https://reseller.enom.com/interface.asp"],
  ["the setting off", "off", false, "https://reseller.enom.com/interface.asp"],
] as const)("nothing is looked for with %s", async ([, mode, virtual, apiUrl]) => {
  const look = openLook({ ...anySettings, CERTFLEET_PROOF_LOOKUP: mode }, virtual);
  const dns = { name: "@", type: "TXT", value: "x" };

  expect(await look({ ...nothing, dns }, apiUrl)).toBeNull();
});

test("with the setting on it is looked for beside a pretended eNom, too", async () => {
  const server = createServer((_request, response) => void response.end("other"));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const look = openLook({ ...anySettings, CERTFLEET_PROOF_LOOKUP: "on", CERTFLEET_PROOF_ALLOW: ["127.0.0.1"] }, true);
  const file = { url: `http://127.0.0.1:${port}/a.txt`, content: "x" };

  // The port alone is no web server's.
  expect(await look({ ...nothing, file }, "http://127.0.0.1/")).toMatchObject({ found: "unknown" });
  expect(await look(nothing, "http://127.0.0.1/")).toBeNull();
});
