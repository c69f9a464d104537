// Many certificates changed by a filter: never all by accident, never twice.
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { Wanted } from "../../../../src/producers/cli/bulk-change/actions.ts";
import { changeMany, type ManyChanges } from "../../../../src/producers/cli/bulk-change/change-many.ts";
import { nearDoor } from "../../../../src/producers/cli/bulk-change/door.ts";
import { readFilter } from "../../../../src/producers/cli/bulk-change/where.ts";
import type { Fleet } from "../../../../src/producers/cli/fleet.ts";
import { parseOrder } from "../../../../src/shared/certificate/order.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { orderBody } from "../../../support/order.ts";
import { anIssue } from "../../http/world.ts";
import { inFleet, ownContext } from "../support.ts";

const CLOCK = { now: () => new Date("2026-11-22T12:00:00.000Z") };
const EXTEND: Wanted = { action: "extend", years: 1 };

async function run(fleet: Fleet, asked: Partial<ManyChanges>, wanted = EXTEND, typed?: string) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const asks: string[] = [];
  const ask = async (label: string, check: (text: string) => string | undefined): Promise<string> => {
    asks.push(label);
    const why = check(typed ?? "");
    if (why) throw new Error(why);
    return typed ?? "";
  };
  const talk = { out, err, ask: typed === undefined ? undefined : ask };
  const result = await changeMany({ where: [], rate: 1_000, ...asked }, wanted, nearDoor(fleet), talk);
  const [, id] = /Run (\S+)\./.exec(`${err.read() ?? ""}`) ?? [];
  return { result, id, asks, lines: `${out.read() ?? ""}`.split("\n").filter((line) => line !== "") };
}

async function fleetOf(work: (fleet: Fleet) => Promise<void>): Promise<void> {
  await inFleet(
    ownContext(),
    async (fleet) => {
      await fleet.accounts.publish(accountEntry.parse({ id: "main", username: "u", password: "p" }));
      const offer = { service: "Certificate-RapidSSL-RapidSSL", enabled: true, years: [1], price: "9.95" };
      await fleet.accounts.keepCatalogue("main", [offer as never]);
      const body = await orderBody({ acknowledge: ["email-validation-ends"] });
      for (const reference of ["a", "b", "c", "d"]) {
        const parsed = await parseOrder(
          { ...body, reference, years: reference === "d" ? 5 : 1, tenant: "acme" },
          CLOCK.now(),
        );
        if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
        await fleet.certificates.accept(parsed.order, CLOCK.now());
      }
      await work(fleet);
    },
    CLOCK,
  );
}

const yearsOf = async ({ certificates }: Fleet): Promise<(number | undefined)[]> =>
  Promise.all(["a", "b", "c", "d"].map(async (name) => (await certificates.find(name))?.record.terms.years));

test("whoever says which and how many extends each once; a run that was killed goes on and extends nothing twice", async () => {
  await fleetOf(async (fleet) => {
    await expect(run(fleet, {})).rejects.toThrow(/--where CONDITIONS, or --all/);
    await expect(run(fleet, { where: [" "] })).rejects.toThrow(/--where is empty/);
    const where = ["tenant=acme", "status=ordered"];
    const dry = await run(fleet, { where, dryRun: true });
    expect(dry.lines).toHaveLength(4);
    expect(dry.result.note).toMatch(
      /^4 certificates match tenant=acme status=ordered: 3 would change.*; 1 would not\./,
    );
    expect((await run(fleet, { where })).result).toMatchObject({ ending: "usage" });
    expect((await run(fleet, { where, expect: 3 })).result).toMatchObject({ ending: "conflict" });
    expect((await run(fleet, { all: true })).result).toMatchObject({ ending: "usage" });
    await expect(run(fleet, { where }, EXTEND, "3")).rejects.toThrow("Type 4");
    expect(await yearsOf(fleet)).toEqual([1, 1, 1, 5]);

    // Killed behind the second one: its change is saved, and no result of it is kept.
    const { hset } = fleet.redis;
    fleet.redis.hset = ((...words: unknown[]) => {
      const isResult = words[1] === "b" && `${words[2]}`.includes("outcome");
      return isResult ? Promise.reject(new Error("killed")) : Reflect.apply(hset, fleet.redis, words);
    }) as typeof hset;
    const first = await run(fleet, { where }, EXTEND, "4");
    fleet.redis.hset = hset;
    expect(first.asks[0]).toMatch(/extend: 4 certificates match .*Type the number 4/);
    expect(first.result).toMatchObject({ ending: "failed", note: expect.stringMatching(/3 extended, 0 .* 1 refused/) });
    expect(await yearsOf(fleet)).toEqual([2, 2, 2, 5]);
    const again = await run(fleet, { run: first.id });
    expect(again.result.note).toBe("1 certificates: 0 extended, 1 done before, 0 refused.");
    expect(await yearsOf(fleet)).toEqual([2, 2, 2, 5]);
    expect((await run(fleet, { run: first.id }, { action: "reissue" })).result.ending).toBe("conflict");
    expect((await run(fleet, { run: "2026-11-22-00000000" })).result.ending).toBe("not-found");
    const { items } = await (await import("../../../../src/shared/authority/audit/trail.ts"))
      .auditTrail({ ...fleet, clock: CLOCK })
      .list();
    expect(items.filter(({ action, outcome }) => action === "certificate.extend" && outcome === "done")).toHaveLength(
      4,
    );
  });
});

test("of what somebody else changed since the run was planned, nothing is changed", async () => {
  await fleetOf(async (fleet) => {
    const find = fleet.certificates.find;
    const meanwhile = async (name: string): Promise<void> => {
      const found = await find(name);
      if (!found) return;
      const terms = { ...found.record.terms, years: 3 };
      await fleet.certificates.save({ ...found, record: { ...found.record, terms } }, CLOCK.now());
    };
    const planned = await run(
      { ...fleet, enqueue: fleet.enqueue },
      { where: ["reference=b"], expect: 1, dryRun: false },
    );
    expect(planned.result.note).toMatch(/1 extended/);
    await meanwhile("b");
    const key = fleet.keys.bulkRun(planned.id ?? "");
    await fleet.redis.hset(key, "b", JSON.stringify({ plan: { years: 1, reissues: 0 } }));
    const other = await find("b");
    if (other)
      await fleet.certificates.save({ ...other, record: { ...other.record, extension: "http:other" } }, CLOCK.now());
    const again = await run(fleet, { run: planned.id });
    expect(again.lines[0]).toMatch(/refused: It was paid for 1 years when the run began, and is for 3 now\./);
  });
});

test("reissue and policy change those that fit, and say of the others why not", async () => {
  await fleetOf(async (fleet) => {
    const issued = await fleet.certificates.find("a");
    if (issued)
      await fleet.certificates.save(
        { ...issued, state: "CONFIGURED", record: { ...issued.record, issue: anIssue } },
        CLOCK.now(),
      );
    const reissue: Wanted = { action: "reissue", reason: "new roots" };
    const done = await run(
      fleet,
      { where: ["domain=*.example.com reference=a", "expires-before=2027-02-01"], expect: 1 },
      reissue,
    );
    expect(done.lines).toEqual([expect.stringMatching(/^a +done$/)]);
    expect((await fleet.certificates.find("a"))?.record.reissue?.reason).toBe("new roots");
    const policy: Wanted = { action: "policy", body: { policy: { mode: "manual" } } };
    expect((await run(fleet, { all: true, expect: 4 }, policy)).result.note).toMatch(/^4 certificates: 4 changed/);
    const second = await run(fleet, { all: true, dryRun: true }, policy);
    expect(second.result.note).toMatch(/0 would change; 4 would not/);
  });
});

test.for([
  ["stauts=issued", /no condition stauts; the nearest is status/],
  ["status=isued", /none of ordered/],
  ["status", /is no condition/],
  ["domain=", /domain has no value/],
  ["status!=issued", /is no condition/],
  ["expires-before=soon", /must be a date/],
  ['tenant="a b" or', /is no condition/],
  ["attention=true", /yes or no/],
] as const)("a condition that is not understood is refused: %s", ([text, why]) => {
  expect(() => readFilter([text])).toThrow(why);
});
