// The verbs of `certfleet certificate` on a real Redis: what they answer, and what they leave in the ledger and the queues.
import { expect, test } from "vitest";
import {
  explainCertificate,
  listCertificates,
  pemOf,
  showCertificate,
} from "../../../../src/producers/cli/certificate/read.ts";
import {
  correctCsr,
  openCertificate,
  reissueCertificate,
  resolveCertificate,
} from "../../../../src/producers/cli/certificate/write.ts";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import type { ProgramContext } from "../../../../src/producers/cli/own-redis.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { withEvent } from "../../../../src/shared/certificate/record.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { openQueues } from "../../../../src/shared/queue/queues.ts";
import { makeCsr } from "../../../support/csr.ts";
import { orderBody } from "../../../support/order.ts";
import { issued, stuck, type World, world } from "../../../support/world.ts";
import { parked } from "../../../workers/open/runs.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const placeOf = (w: World): ProgramContext => ({ env: { ...w.env, USER: "ada" }, root: "/" });

/** How many jobs lie in a queue, whatever their state. */
function jobsIn(context: ProgramContext, queue: "open" | "reissue"): Promise<number> {
  return withRedis(context, async ({ redis, keys }) => {
    const queues = openQueues(redis, keys.prefix, () => undefined);
    const counts = await queues.all[queue].getJobCounts();
    await queues.close();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  });
}

test("an order from a file is accepted once, rung once, and shown", async () => {
  const context = ownContext();
  const body = JSON.stringify(await orderBody({ reference: "bill-1" }));

  const first = await inFleet(context, (fleet) => openCertificate(body, fleet));
  const rung = await jobsIn(context, "open");
  const second = await inFleet(context, (fleet) => openCertificate(body, fleet));

  expect(first).toMatchObject({
    ending: "done",
    note: "Order bill-1 is accepted.",
    json: { reference: "bill-1", status: "ordered" },
  });
  expect(second).toMatchObject({
    ending: "done",
    note: "Order bill-1 was accepted before.",
    json: first.json as object,
  });
  expect([rung, await jobsIn(context, "open")]).toEqual([1, 1]);
});

test("a brand given beside the file is the order's, before the one in the file, and is checked like it", async () => {
  const context = ownContext();
  const input = JSON.stringify(await orderBody({ reference: "bill-1", brand: "Blue" }));
  const open = (brand: string) =>
    certfleet(["certificate", "open", "--file", "-", "--brand", brand, "--json"], { env: context.env, input });

  const opened = await open("Acme Hosting");
  const wrong = await open("a\nb");
  const shown = await inFleet(context, (fleet) => showCertificate("bill-1", fleet));

  expect(opened.code).toBe(0);
  expect(JSON.parse(opened.stdout)).toMatchObject({ reference: "bill-1", brand: "Acme Hosting" });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("brand: must be one line");
  expect(shown.text).toMatch(/\n *Brand +Acme Hosting\n/);
});

test("a request is shown by one name, also where an earlier release wrote another into the record", async () => {
  const context = ownContext();
  const body = JSON.stringify(await orderBody({ reference: "bill-1" }));
  await inFleet(context, (fleet) => openCertificate(body, fleet));

  const shown = await inFleet(context, async (fleet) => {
    const found = await fleet.certificates.find("bill-1");
    if (!found) throw new Error("no bill-1");
    const at = new Date("2026-10-01T12:00:00Z");
    const told = withEvent(found.record, at, "request.made", "cancel by bob");
    const old = { at: at.toISOString(), event: "wish.made", detail: "cancel by ada" };
    const record = { ...told, timeline: [...found.record.timeline, old, ...told.timeline.slice(-1)] };
    await fleet.certificates.save({ ...found, record }, at);
    return showCertificate("bill-1", fleet);
  });

  expect(shown.text).toMatch(/ request\.made +cancel by ada\n.* request\.made +cancel by bob$/m);
  expect(shown.text).not.toContain("wish");
});

test("the same reference with another content is a conflict", async () => {
  const context = ownContext();
  const body = await orderBody({ reference: "bill-1" });
  await inFleet(context, (fleet) => openCertificate(JSON.stringify(body), fleet));

  const other = await inFleet(context, (fleet) => openCertificate(JSON.stringify({ ...body, years: 2 }), fleet));

  expect(other).toMatchObject({ ending: "conflict", text: "", note: expect.stringContaining("bill-1") as string });
});

test("everything that is wrong with an order is told, a line each, and nothing is kept", async () => {
  const context = ownContext();
  const body = JSON.stringify({
    ...(await orderBody({ reference: "bill-1" })),
    product: "Certificate-Nobody",
    csr: "no CSR",
  });

  const result = await inFleet(context, (fleet) => openCertificate(body, fleet));
  const after = await inFleet(context, (fleet) => showCertificate("bill-1", fleet));

  expect(result.ending).toBe("usage");
  expect(result.note?.split("\n")).toEqual([expect.stringMatching(/^csr: /), expect.stringMatching(/^product: /)]);
  expect(after.ending).toBe("not-found");
});

test("an account that no worker has made known is a slip of the pen, as over HTTP", async () => {
  const context = ownContext();
  await withRedis(context, async ({ redis, keys }) => {
    const known = accountEntry.parse({ id: "main", username: "acme", password: "secret" });
    await accountRecords(redis, keys).publish(known);
  });
  const body = JSON.stringify(await orderBody({ account: "mian" }));

  const answer = await inFleet(context, (fleet) => openCertificate(body, fleet));

  expect(answer).toMatchObject({
    ending: "usage",
    note: expect.stringContaining('account: There is no account "mian"'),
  });
  expect(await jobsIn(context, "open")).toBe(0);
});

test("what is no JSON is told with the line and column where it goes wrong", async () => {
  const text = '{\n  "reference": "bill-1",\n  "years": two\n}';

  expect(await inFleet(ownContext(), (fleet) => openCertificate(text, fleet))).toMatchObject({
    ending: "usage",
    note: "The order is not valid JSON: line 3, column 12: a value is missing here.",
  });
});

test("an issued certificate is shown with its dates, and its chain is ready to be written to a file", async () => {
  const w = await world();
  await w.work(["open"]);
  const reference = await w.order({});
  const { record } = await w.until(reference, issued);

  const shown = await inFleet(placeOf(w), (fleet) => showCertificate(reference, fleet));
  const pem = await inFleet(placeOf(w), (fleet) => pemOf(reference, fleet));
  const told = await inFleet(placeOf(w), (fleet) => explainCertificate(reference, fleet));

  expect(shown.text).toMatch(/^Status +issued$/m);
  expect(shown.text).toMatch(new RegExp(`^Expiration date +${record.issue?.notAfter.slice(0, 10)}$`, "m"));
  expect(shown.text).toMatch(/^ {2}\S+Z {2}certificate\.issued +serial/m);
  expect(pem.text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(told.text).toContain("Ledger: CONFIGURED");
});

test("before it is issued there is no PEM, and the reason is told", async () => {
  const context = ownContext();
  await inFleet(context, async (fleet) =>
    openCertificate(JSON.stringify(await orderBody({ reference: "bill-1" })), fleet),
  );

  const result = await inFleet(context, (fleet) => pemOf("bill-1", fleet));

  expect(result).toMatchObject({
    ending: "conflict",
    text: "",
    note: expect.stringContaining("Nothing is bought for it yet") as string,
  });
});

test("a list is a table of one line a certificate, page by page, and can be narrowed to a domain", async () => {
  const context = ownContext();
  await inFleet(context, async (fleet) => {
    for (const reference of ["bill-1", "bill-2", "bill-3"]) {
      await openCertificate(JSON.stringify(await orderBody({ reference, cn: `${reference}.example.com` })), fleet);
    }
  });

  const page = await inFleet(context, (fleet) => listCertificates({}, { limit: 2 }, fleet));
  const cursor = (page.json as { nextCursor: string }).nextCursor;
  const rest = await inFleet(context, (fleet) => listCertificates({}, { limit: 2, cursor }, fleet));
  const one = await inFleet(context, (fleet) =>
    listCertificates({ domain: "bill-2.example.com" }, { limit: 2 }, fleet),
  );

  expect(page.text.split("\n").map((line) => line.split(/ +/)[0])).toEqual(["REFERENCE", "bill-1", "bill-2"]);
  expect(page.note).toContain(`--cursor ${cursor}`);
  expect(rest).toMatchObject({ json: { items: [{ reference: "bill-3" }], nextCursor: null } });
  expect(one).toMatchObject({ json: { items: [{ reference: "bill-2" }], nextCursor: null } });
});

test("a cursor that no page named is wrong usage, and not the first page again", async () => {
  const result = await inFleet(ownContext(), (fleet) => listCertificates({}, { limit: 50, cursor: "zzz" }, fleet));

  expect(result.ending).toBe("usage");
});

test("a list of nothing is an empty result and a word on stderr", async () => {
  const result = await inFleet(ownContext(), (fleet) => listCertificates({ status: "failed" }, { limit: 50 }, fleet));

  expect(result).toMatchObject({
    ending: "done",
    text: "",
    json: { items: [], nextCursor: null },
    note: "No certificate matches.",
  });
});

test("a reissue is noted with who asked and why, rung, and not taken twice while it is under way", async () => {
  const w = await world();
  const open = await w.work(["open"]);
  const reference = await w.order({});
  await w.until(reference, issued);
  await open.stop();

  const asked = await inFleet(placeOf(w), (fleet) => reissueCertificate(reference, { reason: "new key" }, fleet));
  const again = await inFleet(placeOf(w), (fleet) => reissueCertificate(reference, {}, fleet));

  expect(asked).toMatchObject({ ending: "done", json: { status: "reissuing" } });
  expect(asked.text).toMatch(/reissue\.requested +by ada \(command line\): new key/);
  expect(await jobsIn(placeOf(w), "reissue")).toBe(1);
  expect(again).toMatchObject({ ending: "conflict", note: "A reissue is already in progress. Wait until it is done." });
});

test("a reissue with a CSR for another domain is wrong usage, and nothing changes", async () => {
  const w = await world();
  await w.work(["open"]);
  const reference = await w.order({});
  await w.until(reference, issued);
  const csr = await makeCsr({ cn: "other.example.com" });

  const result = await inFleet(placeOf(w), (fleet) => reissueCertificate(reference, { csr }, fleet));

  expect(result).toMatchObject({
    ending: "usage",
    note: expect.stringMatching(/^csr: A reissue keeps its domain/) as string,
  });
  expect((await w.certificates.find(reference))?.record.reissue).toBeNull();
});

test("a decision is carried out by the worker while the person waits, and its outcome is told", async () => {
  const w = await world();
  await w.work(["open"]);
  const reference = await w.order({ approver: { method: "email", email: "admin@shop.example.com" } });
  await w.until(reference, stuck);

  const result = await inFleet(placeOf(w), (fleet) =>
    resolveCertificate(reference, { decision: "cancel", reason: "mistyped" }, fleet),
  );

  expect(result).toMatchObject({
    ending: "done",
    note: expect.stringMatching(
      /^certificate\.cancelled: by ada \(command line\): mistyped\. 9\.95 USD: slot \d+ is unused/,
    ),
    json: { status: "cancelled" },
  });
});

test("a decision that the worker refuses is a conflict, with the worker's reason", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await w.work(["open"]);

  const result = await inFleet(placeOf(w), (fleet) =>
    resolveCertificate(reference, { decision: "adopt", certId: 1, reason: "a guess" }, fleet),
  );

  expect(result).toMatchObject({
    ending: "conflict",
    note: expect.stringContaining("eNom has no CertID 1") as string,
  });
});

test("a decision that no worker carries out in time is kept, and said to be open", async () => {
  const w = await world();
  const open = await w.work(["open"]);
  const reference = await w.order({ approver: { method: "email", email: "admin@shop.example.com" } });
  await w.until(reference, stuck);
  await open.stop();

  const result = await inFleet(placeOf(w), (fleet) =>
    resolveCertificate(reference, { decision: "retry", reason: "mended" }, fleet, { waitMs: 100 }),
  );
  const again = await inFleet(placeOf(w), (fleet) =>
    resolveCertificate(reference, { decision: "cancel", reason: "no" }, fleet, { waitMs: 100 }),
  );

  expect(result).toMatchObject({
    ending: "unknown",
    note: expect.stringContaining("is saved, but not yet carried out") as string,
  });
  expect((await w.certificates.find(reference))?.record.wish).toMatchObject({
    decision: "retry",
    who: "ada (command line)",
  });
  expect(again).toMatchObject({ ending: "conflict" });
});

test("where nothing waits for a decision, a decision is a conflict", async () => {
  const context = ownContext();
  await inFleet(context, async (fleet) =>
    openCertificate(JSON.stringify(await orderBody({ reference: "bill-1" })), fleet),
  );

  const result = await inFleet(context, (fleet) =>
    resolveCertificate("bill-1", { decision: "retry", reason: "why not" }, fleet),
  );

  expect(result).toMatchObject({
    ending: "conflict",
    note: "Nothing waits for a decision: this order needs no attention.",
  });
});

test("an order can be given up although nothing waits for a decision, and only once", async () => {
  const w = await world();
  await w.work(["open"]);
  const reference = await w.order({});
  await w.until(reference, issued);
  const giveUp = (more: Parameters<typeof resolveCertificate>[3]) =>
    inFleet(placeOf(w), (fleet) =>
      resolveCertificate(reference, { decision: "cancel", reason: "not wanted" }, fleet, more),
    );
  const asked: string[] = [];
  const ask = async (question: string): Promise<string> => {
    asked.push(question);
    return reference;
  };

  const unasked = await giveUp({});
  const wrong = await giveUp({ confirm: "another" });
  const mistyped = await giveUp({ ask: async () => "another" });
  const given = await giveUp({ ask });
  const again = await giveUp({ confirm: reference });

  for (const refused of [unasked, wrong, mistyped]) expect(refused.ending).toBe("usage");
  expect(unasked.note).toMatch(/9\.95 USD .* would be lost.* add --confirm /);
  expect(asked).toEqual([expect.stringContaining(`Type ${reference} to cancel all the same`)]);
  expect(given).toMatchObject({ ending: "done", json: { status: "cancelled" } });
  expect(again).toMatchObject({
    ending: "conflict",
    note: "The order is cancelled or refused. Nothing can be changed.",
  });
});

test("a CSR is corrected while the person waits; the same one again is told, and wrong ones are refused", async () => {
  const w = await world({ owner: "silent" });
  await w.work(["open"]);
  const reference = await w.order({
    cn: "shpo.example.com",
    approver: { method: "email", email: "admin@example.com" },
  });
  await w.until(reference, ({ record }) => record.looks > 0);
  const csr = await makeCsr({ cn: "shop.example.com" });
  const correct = (more: object) =>
    inFleet(placeOf(w), (fleet) => correctCsr(reference, { csr, reason: "typo", ...more }, fleet));

  const done = await correct({});
  const again = await correct({});
  const both = await correct({ approverEmail: "admin@example.com", approverMethod: "dns" });
  const broken = await correct({ csr: "no CSR" });
  const method = await correct({ approverMethod: "dns" });

  expect(done).toMatchObject({ ending: "done", json: { domain: "shop.example.com" } });
  expect(again.note).toContain("has this CSR already");
  expect([both.ending, broken.ending]).toEqual(["usage", "usage"]);
  expect(method).toMatchObject({ ending: "done", json: { validation: { method: "dns" } } });
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("a certificate that does not exist is not found, whatever is asked of it", async () => {
  const context = ownContext();

  const results = await inFleet(context, (fleet) =>
    Promise.all([
      showCertificate("none", fleet),
      pemOf("none", fleet),
      explainCertificate("none", fleet),
      reissueCertificate("none", {}, fleet),
      resolveCertificate("none", { decision: "retry", reason: "x" }, fleet),
    ]),
  );

  expect(results.map(({ ending }) => ending)).toEqual(Array.from({ length: 5 }, () => "not-found"));
});
