// Promise: certificates are changed by a filter from afar as they are on the fleet's machines: never all by accident, never one
// twice, whatever breaks in between.
import { PassThrough } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import type { Wanted } from "../../../../../src/producers/cli/bulk-change/actions.ts";
import { afarDoor } from "../../../../../src/producers/cli/bulk-change/afar.ts";
import { changeMany, type ManyChanges } from "../../../../../src/producers/cli/bulk-change/change-many.ts";
import { callTo } from "../../../../../src/producers/cli/port/http-call.ts";
import { hashOf } from "../../../../../src/shared/authority/keys/secret.ts";
import type { Scope } from "../../../../../src/shared/authority/scopes.ts";
import { parseOrder } from "../../../../../src/shared/certificate/order.ts";
import { anOrder, NOW, world } from "../../world.ts";

const EXTEND: Wanted = { action: "extend", years: 1 };
const PATH = "/v1/certificates:change";

/** Four orders of acme; of one all years are paid. */
async function orders(scopes: Scope[] = ["admin"], more: { moneyPerDay?: string } = {}) {
  const key = "a-key-of-some-length";
  const w = await world({ apiKeys: [{ id: "shop", sha256: hashOf(key), scopes, ...more }], limits: "off" });
  await w.addAccount("main");
  const offer = { service: "Certificate-RapidSSL-RapidSSL", enabled: true, years: [1], price: "9.95" };
  await w.accounts.keepCatalogue("main", [offer as never]);
  const body = await anOrder({ acknowledge: ["email-validation-ends"] });
  for (const reference of ["a", "b", "c", "d"]) {
    const parsed = await parseOrder({ ...body, reference, years: reference === "d" ? 5 : 1, tenant: "acme" }, NOW);
    if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
    await w.certificates.accept(parsed.order, NOW);
  }
  const years = () =>
    Promise.all(["a", "b", "c", "d"].map(async (name) => (await w.certificates.find(name))?.record.terms.years));
  const send = async (asked: object, { query = "", id = "" } = {}) => {
    const headers = { authorization: `Bearer ${key}`, ...(id && { "idempotency-key": id }) };
    const answer = await w.call("POST", `${PATH}${query}`, asked, headers);
    const lines =
      answer.status === 200
        ? answer.text
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line))
        : [];
    return { ...answer, lines };
  };
  return { ...w, key, years, send };
}

test("the number of certificates is said before anything is done; the same request again extends nothing twice", async () => {
  const { send, years } = await orders();
  const change = { action: "extend", years: 1 };
  const where = ["tenant=acme status=ordered"];

  const dry = await send({ change, where }, { query: "?dryRun=true" });
  const refused = [
    await send({ change }),
    await send({ change, where: [" "] }, { id: "k" }),
    await send({ change, where: ["tenat=acme"] }, { id: "k" }),
    await send({ change, where, all: true }),
    await send({ change, where, expect: 4 }),
    await send({ change, where }, { id: "k" }),
    await send({ change, all: true }, { id: "k" }),
    await send({ change, where, expect: 3 }, { id: "k" }),
  ];
  const before = await years();
  const first = await send({ change, where, expect: 4, rate: 100 }, { id: "k" });
  const again = await send({ change, where, expect: 4, rate: 100 }, { id: "k" });
  const other = await send({ change: { ...change, years: 2 }, where, expect: 4 }, { id: "k" });
  const run = await send({ run: first.lines[0].run });
  const none = await send({ run: "2026-11-22-00000000" });

  expect(dry.lines.map(({ kind }) => kind)).toEqual([...Array(4).fill("rehearsal"), "end"]);
  expect(dry.lines[0]).toMatchObject({ cost: "19.90", change: "paid for 2 years instead of 1", plan: { years: 1 } });
  expect(refused.map(({ status, body }) => [status, body.errors?.[0]?.field])).toEqual([
    [422, "where"],
    [422, "where"],
    [422, "where"],
    [422, "all"],
    [422, "idempotency-key"],
    [422, "expect"],
    [422, "expect"],
    [409, undefined],
  ]);
  expect(refused[2]?.body.errors[0].message).toContain("the nearest is tenant");
  expect(refused[7]?.body.detail).toBe(
    "Expected are 3, and 4 certificates match tenant=acme status=ordered. Nothing was done.",
  );
  expect(before).toEqual([1, 1, 1, 5]);
  expect(first.lines.map(({ kind, outcome }) => outcome ?? kind).sort()).toEqual(
    ["done", "done", "done", "end", "refused", "run"].sort(),
  );
  expect(first.lines.at(-1)).toEqual({ kind: "end", complete: true });
  expect(again.lines.map(({ kind }) => kind)).toEqual(["run", "end"]);
  expect(run.lines[0]).toMatchObject({ kind: "run", count: 4, ended: 4 });
  expect([other.status, none.status]).toEqual([422, 404]);
  expect(await years()).toEqual([2, 2, 2, 5]);
});

test("who may not extend does not, in a run of others neither; what costs more than the quota is refused one by one", async () => {
  const writer = await orders(["certificates:write"]);
  const change = { action: "extend", years: 1 };
  const asked = { change, all: true, expect: 4, rate: 100 };
  const policy = await writer.send({ change: { action: "policy", policy: { mode: "manual" } }, all: true, expect: 4 });
  const extend = await writer.send(asked, { id: "k" });
  const poor = await orders(["certificates:write", "money:decide"], { moneyPerDay: "45.00" });
  const some = await poor.send(asked, { id: "k" });

  expect(policy.lines.filter(({ outcome }) => outcome === "done")).toHaveLength(4);
  expect([extend.status, extend.body.scope]).toEqual([403, "money:decide"]);
  const outcomes = some.lines.flatMap(({ outcome, why }) => (outcome ? [[outcome, why]] : []));
  expect(outcomes.filter(([outcome]) => outcome === "done")).toHaveLength(2);
  expect(outcomes.filter(([, why]) => /45\.00 in 24 hours/.test(why ?? ""))).toHaveLength(1);
});

test("the verb goes to a gateway as it goes to Redis; a connection that breaks leaves a run that goes on", async () => {
  const { app, key, years } = await orders();
  // Who cancels an answer has another connection ready, on which nothing was ever asked.
  onTestFinished(() => app.server.closeAllConnections());
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const call = callTo({ url, key, saidBy: "--url" });
  const run = async (asked: Partial<ManyChanges>, door = afarDoor(call)) => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    const talk = { out, err, ask: undefined };
    const result = await changeMany({ where: [], rate: 100, ...asked }, EXTEND, door, talk);
    return { result, id: /Run (\S+)\./.exec(`${err.read() ?? ""}`)?.[1], out: `${out.read() ?? ""}` };
  };
  const where = ["tenant=acme"];
  const cut: typeof call = async (...words) => {
    const answer = await call(...words);
    if ("ending" in answer) return answer;
    const body = async function* () {
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        yield chunk;
        throw new Error("cut");
      }
    };
    return { ...answer, body: body() };
  };

  const dry = await run({ where, dryRun: true });
  const silent = await run({ where });
  const wrong = await run({ where, expect: 3 });
  const broken = await run({ where, expect: 4 }, afarDoor(cut));
  const rest = await run({ run: broken.id });

  expect(dry.out.trim().split("\n")).toHaveLength(4);
  expect(dry.result.note).toMatch(/^4 certificates match tenant=acme: 3 would change, for 59\.70 .*; 1 would not\./);
  expect(silent.result).toMatchObject({ ending: "usage", note: expect.stringContaining("then add --expect 4") });
  expect(wrong.result).toMatchObject({ ending: "conflict", note: expect.stringContaining("Expected are 3") });
  expect(broken.result).toMatchObject({
    ending: "later",
    note: expect.stringContaining(`go on with --run ${broken.id}`),
  });
  expect(["failed", "done"]).toContain(rest.result.ending);
  expect(await years()).toEqual([2, 2, 2, 5]);
});
