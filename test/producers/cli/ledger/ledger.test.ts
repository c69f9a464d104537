// The verbs about money, as people and scripts meet them: words in, tables and a last line out, exit codes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Command } from "commander";
import { expect, onTestFinished, test } from "vitest";
import { registerAccountCommands } from "../../../../src/producers/cli/account/commands.ts";
import { registerLedgerCommands } from "../../../../src/producers/cli/ledger/commands.ts";
import { sparesResult } from "../../../../src/producers/cli/ledger/unused-slots.ts";
import { withOwnFleet } from "../../../../src/producers/cli/own-redis.ts";
import { answerOn, type PrintResult } from "../../../../src/producers/cli/terminal.ts";
import { audit } from "../../../../src/workers/audit/audit.ts";
import { orderNeeds } from "../../../support/needs.ts";
import { PASSWORD, type World, world } from "../../../support/world.ts";
import { loseLedger, mainAccount } from "../../../workers/commands/said.ts";
import { drive, parked, RAPIDSSL } from "../../../workers/open/runs.ts";
import { certfleet, ownContext } from "../support.ts";

const bought = ({ certId }: { certId: number | null }): boolean => certId !== null;

function words(w: Pick<World, "env">, answer: PrintResult): Command {
  const program = new Command("certfleet").exitOverride().configureOutput({ writeErr: () => undefined });
  const context = { env: { ...w.env, USER: "ada" }, root: tmpdir() };
  const ledger = () => import("../../../../src/workers/commands/ledger.ts");
  const outside = { context, answer, stdin: process.stdin, schema: "" };
  registerAccountCommands(program, outside, {
    account: () => import("../../../../src/workers/commands/account.ts"),
    ledger,
  });
  registerLedgerCommands(program, { context, answer }, ledger);
  return program;
}

/** Says words as on the command line, in this process. */
async function say(w: Pick<World, "env">, ...said: string[]): Promise<{ out: string; err: string; code: number }> {
  const told = { out: "", err: "", code: -1 };
  const into = (name: "out" | "err"): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        told[name] += chunk;
        done();
      },
    });
  const exit = (code: number): void => {
    told.code = code;
  };
  const answer = answerOn({ out: into("out"), err: into("err"), debug: true, exit });
  await words(w, answer).parseAsync(said, { from: "user" });
  return told;
}

test("the proof ends with one line that scripts read, and with 0 only when nothing is unmatched", async () => {
  const w = await world();
  const reference = await w.accept({});
  const { certId } = await drive(w, reference, bought);
  const well = await certfleet(["ledger", "prove"], { env: w.env });
  const stranger = w.enom.colleague.buys(RAPIDSSL, 1);

  const ill = await say(w, "ledger", "prove", "--json");
  const shown = await say(w, "ledger", "prove", "--account", "main");

  expect(well).toMatchObject({ code: 0, stderr: "" });
  const date = "\\d{4}-\\d\\d-\\d\\d";
  expect(well.stdout).toMatch(new RegExp(`^${date} +${certId} +5000\\d+ +9\\.95 +RapidSSL, 1 y +${reference}$`, "m"));
  expect(well.stdout).toMatch(/\n\n1 purchases, 0 unmatched\n$/);
  expect(ill.code).toBe(1);
  expect(JSON.parse(ill.out)).toMatchObject({
    purchases: 2,
    unmatched: 1,
    accounts: [{ account: "main", unmatched: [{ side: "enom", certId: stranger.certId }] }],
  });
  expect(shown.code).toBe(1);
  expect(shown.out).toMatch(/NOBODY$/m);
  expect(shown.out).toMatch(
    new RegExp(`^ {2}at eNom +CertID ${stranger.certId} \\(RapidSSL\\) for 9\\.95: no order here has it$`, "m"),
  );
  expect(shown.out).toMatch(/\n\n2 purchases, 1 unmatched\n$/);
  expect(JSON.stringify([well, ill, shown])).not.toContain(PASSWORD);
});

test("a period is named in the proof; days that no calendar has and accounts that do not exist are told apart", async () => {
  const w = await world();

  const empty = await say(w, "ledger", "prove", "--from", "2020-01-01", "--to", "2020-12-31");
  const missing = await say(w, "ledger", "prove", "--account", "other");

  expect(empty.out).toContain("2020-01-01 to 2020-12-31");
  expect(empty.out).toMatch(/\n\n0 purchases, 0 unmatched\n$/);
  expect(missing).toEqual({ out: "", err: "No account other is configured here.\n", code: 3 });
  await expect(say(w, "ledger", "prove", "--from", "2026-02-30")).rejects.toThrow("must be a date such as");
});

test("a frozen account fails the status, which says why and what to do; a thaw names who was foreign", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  await drive(w, await w.accept({}), bought, needs);
  const { certId } = w.enom.colleague.buys(RAPIDSSL, 1);
  await audit(mainAccount(needs), needs);

  const status = await say(w, "ledger", "status");
  const refused = await say(w, "ledger", "thaw", "main", "--reason", "hope");
  const thawed = await say(w, "ledger", "thaw", "main", "--foreign", `${certId}`, "--reason", "Bob bought it");
  const after = await say(w, "ledger", "status", "main");

  expect(status.code).toBe(1);
  expect(status.out).toMatch(
    new RegExp(`Ledger +frozen: eNom lists CertID ${certId} .* certfleet ledger thaw main --reason "…"$`, "m"),
  );
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining(`stays frozen: eNom lists CertID ${certId}`) });
  expect(refused.err).toContain(`certfleet ledger thaw main --foreign ${certId} --reason`);
  expect(thawed).toMatchObject({ code: 0, out: `Account main buys again. Foreign from now on: ${certId}.\n` });
  expect(after.code).toBe(0);
  expect(after.out).toMatch(/Thawed +Bob bought it \(ada \(command line\)\)$/m);
});

test("a lost ledger is rebuilt with one verb, which says what to do next; where nothing is lost the verb refuses", async () => {
  const w = await world();
  const reference = await w.accept({});
  await drive(w, reference, bought);
  await loseLedger(w);
  await w.redis.del(w.keys.certificate(reference));

  const lost = await say(w, "ledger", "status");
  const rebuilt = await say(w, "ledger", "rebuild", "main", "--reason", "the disk died");
  const again = await say(w, "ledger", "rebuild", "main", "--reason", "the disk died");
  const unknown = await say(w, "ledger", "rebuild", "mian", "--reason", "the disk died");

  expect(lost).toMatchObject({ code: 1, out: expect.stringContaining('certfleet ledger rebuild main --reason "…"') });
  expect(lost.out).toMatch(/Purchases +off: the ledger is frozen$/m);
  expect(rebuilt.code).toBe(0);
  expect(rebuilt.out).toMatch(/^Account main: \d+ steps were restored from the journal\. .* epoch 2/);
  expect(rebuilt.out).toContain(`Send them again, unchanged: ${reference}`);
  expect(again).toMatchObject({ code: 4, err: expect.stringContaining("nothing to rebuild") });
  expect(unknown).toMatchObject({ code: 3, err: expect.stringContaining("no step of account mian") });
});

test("the money story of an order is told in plain words", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");

  const story = await say(w, "ledger", "show", reference);
  const none = await say(w, "ledger", "show", "none");

  expect(story.code).toBe(0);
  expect(story.out).toMatch(/^Order \S+ on account main is PARKED, and it holds no slot\.$/m);
  expect(story.out).toMatch(/^Attempt 1, in doubt, waiting for a decision: \S+, 1 y, for 9\.95$/m);
  expect(story.out).toMatch(/^ {2}Before it +5000\.00 could be spent, the newest order was none$/m);
  expect(story.out).toMatch(/^ {2}\S+Z +1\/\d+ +the purchase was cleared for sending$/m);
  expect(story.out).toMatch(/when the operator was asked\n {2}nothing that matches$/m);
  expect(none).toEqual({ out: "", err: "There is no order none.\n", code: 3 });
});

test("purchases are switched with a reason, of one account or of all; the switch of an account that never bought is refused", async () => {
  const w = await world();
  const unused = await say(w, "account", "purchases", "off", "--reason", "caution");
  await drive(w, await w.accept({}), bought);

  const off = await say(w, "account", "purchases", "off", "main", "--reason", "stocktaking");
  const status = await say(w, "ledger", "status");
  const on = await say(w, "account", "purchases", "on", "--reason", "done");
  const other = await say(w, "account", "purchases", "off", "other", "--reason", "caution");

  expect(unused.code).toBe(1);
  expect(off).toEqual({ out: "main: purchases are off\n", err: "", code: 0 });
  expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/Purchases +off: stocktaking \(ada/) });
  expect(on).toMatchObject({ out: "main: purchases are on\n", code: 0 });
  expect(other.code).toBe(3);
});

test("spare slots are shown with who may take them and the days left; none is said plainly", async () => {
  const w = await world();
  const slot = { account: "main", product: "RapidSSL", years: 1, since: "2026-11-01T00:00:00.000Z" };
  const late = { ...slot, certId: 1, isYoung: false, refundUntil: "2026-11-01", daysLeft: -3 };
  const soon = { ...slot, certId: 2, isYoung: true, refundUntil: "2026-11-30", daysLeft: 26 };

  const shown = sparesResult({ spares: [late, soon], unasked: [{ account: "main", why: "eNom is away" }] }, undefined);

  expect(shown.text).toMatch(/^main +1 .* nobody: too old\. .* 2026-11-01 +over$/m);
  expect(shown.text).toMatch(/^main +2 .* the next order of this kind +2026-11-30 +26$/m);
  expect(shown.note).toBe("Deadlines of account main are calculated from UNUSED SINCE: eNom is away");
  expect(await say(w, "ledger", "spares")).toEqual({ out: "", err: "There is no unused slot.\n", code: 0 });
  expect(await say(w, "ledger", "spares", "other")).toMatchObject({ code: 3 });
});

test("what moves something about money wants a reason, and nothing else does", async () => {
  const program = words(ownContext(), async () => undefined);
  const verbs = program.commands.flatMap((noun) => noun.commands);

  const helps = verbs.map((verb) => {
    let help = "";
    verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    return { name: `${verb.parent?.name()} ${verb.name()}`, help };
  });

  const reasoned = helps.filter(({ help }) => help.includes("--reason")).map(({ name }) => name);
  expect(reasoned).toEqual(["account purchases", "ledger rebuild", "ledger thaw", "ledger found"]);
});

test("beside npm start the journal, the accounts and the log of its workers are found; what is set here wins", () => {
  const root = mkdtempSync(join(tmpdir(), "certfleet-root-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, ".data/sandbox"), { recursive: true });
  const settings = { CERTFLEET_CONFIG: "/fleet/certfleet.yaml", CERTFLEET_JOURNAL: "/fleet/journal" };
  const note = { redisUrl: "unix:/sandbox.sock", prefix: "{sandbox}", settings };
  writeFileSync(join(root, ".data/sandbox/fleet.json"), JSON.stringify(note));

  const own = { REDIS_URL: "unix:/sandbox.sock", CERTFLEET_PREFIX: "{sandbox}" };
  expect(withOwnFleet({ env: {}, root })).toEqual({ ...own, ...settings });
  expect(withOwnFleet({ env: { CERTFLEET_JOURNAL: "here" }, root })).toEqual({
    ...own,
    ...settings,
    CERTFLEET_JOURNAL: "here",
  });
  expect(withOwnFleet({ env: { REDIS_URL: "unix:/other.sock" }, root })).toEqual({ REDIS_URL: "unix:/other.sock" });
});
