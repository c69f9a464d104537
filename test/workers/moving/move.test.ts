// Promise: certificates move from one fleet into another, and at no time do two fleets look after one of them: nothing that was
// bought is bought again.
import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plusDays, utcDate } from "../../../src/shared/base/dates.ts";
import { isAdopted } from "../../../src/shared/certificate/imported/origin.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { certfleet } from "../../producers/cli/support.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { type World, world } from "../../support/world.ts";
import { sell } from "./shop.ts";

const now = new Date();
const ago = (days: number): Date => plusDays(now, -days);

/** Another fleet on the same eNom account. */
function another(w: World) {
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const env = {
    ...w.env,
    CERTFLEET_PREFIX: keys.prefix,
    CERTFLEET_JOURNAL: join(w.env.CERTFLEET_JOURNAL ?? "", "../other"),
  };
  return { keys, env, certificates: certificateStore(w.redis, keys, defaultPolicy) };
}

const say = async (env: NodeJS.ProcessEnv, ...words: string[]) => certfleet(["certificate", ...words], { env });

test("A file that was not handed over is refused; one that was is taken in once, as it was, and only one fleet looks after it.", {
  timeout: 120_000,
}, async () => {
  const w = await world();
  const other = another(w);
  const folder = join(w.env.CERTFLEET_JOURNAL ?? "", "..");
  const certId = await sell(w, { domain: "moves.example.com", boughtAt: ago(20) });
  const reference = `enom-main-${certId}`;
  await say(w.env, "import", "main");
  await say(w.env, "import", "main", "--adopt", utcDate(ago(1)), "--yes");
  const care = async (of: Pick<World, "certificates">) => {
    const found = await of.certificates.find(reference);
    return found ? isAdopted(found.record, now) : undefined;
  };

  await say(w.env, "export", "--out", join(folder, "kept.ndjson"));
  expect((await say(other.env, "restore", join(folder, "kept.ndjson"))).code).toBe(4);
  expect([await care(w), await care(other)]).toEqual([true, undefined]);

  const file = join(folder, "given.ndjson");
  const given = await say(w.env, "export", "--out", file, "--hand-over");
  const first = await say(other.env, "restore", file, "--json");
  const again = await say(other.env, "restore", file, "--json");
  expect([given.code, first.code, again.code]).toEqual([0, 0, 0]);
  expect(JSON.parse(first.stdout)).toMatchObject({ restored: 1, same: 0, refused: [] });
  expect(JSON.parse(again.stdout)).toMatchObject({ restored: 0, same: 1, refused: [] });
  expect([await care(w), await care(other)]).toEqual([false, false]);
  expect(await w.redis.hget(other.keys.ledger.owner("main"), `${certId}`)).toBe(reference);
  const [before, after] = [await w.certificates.find(reference), await other.certificates.find(reference)];
  expect(after?.record.issue).toEqual(before?.record.issue);
  expect(after?.purchases).toEqual(before?.purchases);

  await say(other.env, "import", "main", "--adopt", utcDate(now), "--yes");
  expect([await care(w), await care(other)]).toEqual([false, true]);
  const text = await readFile(file, "utf8");
  expect(text).not.toContain("canary-password");
  await writeFile(file, text.replace("moves.example.com", "taken.example.com"));
  expect((await say(other.env, "restore", file)).stderr).toContain("the checksum does not fit");
});

test("What is under way stays, and what was bought again since the export is refused, each with its reason.", {
  timeout: 120_000,
}, async () => {
  const w = await world();
  const other = another(w);
  const file = join(w.env.CERTFLEET_JOURNAL ?? "", "../moved.ndjson");
  const certId = await sell(w, { domain: "old.example.com", boughtAt: ago(350) });
  const kept = await sell(w, { domain: "kept.example.com", boughtAt: ago(30) });
  await say(w.env, "import", "main");
  await w.accept({ reference: "bill-1" });

  const exported = await say(w.env, "export", "--out", file, "--hand-over", "--json");
  expect(exported.code).toBe(1);
  expect(JSON.parse(exported.stdout).left).toMatchObject([{ reference: "bill-1" }]);
  const younger = await sell(w, { domain: "old.example.com", boughtAt: ago(1) });

  const restored = JSON.parse((await say(other.env, "restore", file, "--json")).stdout);
  expect(restored).toMatchObject({ restored: 1, refused: [{ reference: `enom-main-${certId}` }] });
  expect(restored.refused[0].what).toContain(`CertID ${younger} was bought`);
  expect(await other.certificates.find(`enom-main-${kept}`)).toBeDefined();
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});
