// `certfleet account add` beside what is there: other accounts, the environment's login, the fleet's ledger, and workers that run.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readFleetFile } from "../../../../src/shared/config/fleet-file.ts";
import { issued, world } from "../../../support/world.ts";
import { adding, PASSWORD } from "./adding.ts";
import { CLEAR, ENTER, hasTerminal, wizard } from "./wizard.ts";

const MINE = "accounts:\n  - { id: first, username: old, password: old }\n";
const withPassword = ["--password-env", "ENOM_PASSWORD"];
const unseen = [...withPassword, "--skip-check"];

test("where ENOM_USERNAME is set, its account main is taken: no script gets that id by itself, and who asks for it is told why", async () => {
  const { folder, file, add } = await adding();
  const secret = join(folder, "user");
  writeFileSync(secret, "reseller\n");
  const running = { env: { ENOM_USERNAME: "reseller" } };

  const preset = await add(["--yes", ...withPassword], running);
  const asked = await add(["--id", "main", ...withPassword], running);
  const byFile = await add(["--id", "main", ...withPassword], { env: { ENOM_USERNAME_FILE: secret } });
  const before = existsSync(file);
  const other = await add(["--id", "eu", ...withPassword], running);

  expect(preset).toMatchObject({ code: 2, stdout: "" });
  expect(preset.stderr).toContain("--id is missing");
  for (const result of [asked, byFile]) {
    expect(result).toMatchObject({ code: 4, stdout: "" });
    expect(result.stderr).toMatch(
      /^The account main already exists: it is the one of ENOM_USERNAME\. .* Use another id\.\n$/,
    );
  }
  expect([before, other.code]).toEqual([false, 0]);
});

test("the login of ENOM_USERNAME may move into the file as main, and as nothing else", async () => {
  const { enom, file, add } = await adding();
  const running = { env: { ENOM_USERNAME: "ACME", ENOM_API_URL: enom.url } };

  const renamed = await add(["--id", "eu", ...withPassword], running);
  const before = existsSync(file);
  const moved = await add(["--yes", ...withPassword], running);

  expect(renamed).toMatchObject({ code: 4, stdout: "" });
  expect(renamed.stderr).toContain("The account main of ENOM_USERNAME already has this eNom host and user.");
  expect([before, moved.code]).toEqual([false, 0]);
  expect(readFleetFile(file).accounts).toMatchObject([{ id: "main", username: "acme" }]);
});

test.for([
  ["as it is written", "Acme", {}],
  ["from a variable", `\${EU_USER}`, { EU_USER: "acme" }],
] as const)(
  "a login that the file has %s gets no second name, and the one that it has is told",
  async ([, user, env]) => {
    const { enom, file, add } = await adding();
    const text = `accounts:\n  - { id: first, apiUrl: "${enom.url}", username: "${user}", password: old }\n`;
    writeFileSync(file, text);

    const result = await add(["--id", "second", ...unseen], { env });

    expect(result).toMatchObject({ code: 4, stdout: "" });
    expect(result.stderr).toBe(`Account first in ${file} already has this eNom host and user.\n`);
    expect(readFileSync(file, "utf8")).toBe(text);
  },
);

test("an id that the fleet's ledger knows with another login is not taken, although file and environment say nothing of it", async () => {
  const w = await world();
  await w.work(["open"]);
  await w.until(await w.order({}), issued);
  const { REDIS_URL, CERTFLEET_PREFIX } = w.env;
  const { folder, file, add } = await adding();
  const known = { REDIS_URL, CERTFLEET_PREFIX };

  const named = await add(["--id", "main", ...unseen], { env: known });
  mkdirSync(join(folder, ".data/live"), { recursive: true });
  const settings = { CERTFLEET_CONFIG: file };
  const note = { redisUrl: REDIS_URL, prefix: CERTFLEET_PREFIX, settings };
  writeFileSync(join(folder, ".data/live/fleet.json"), JSON.stringify(note));
  const found = await add(["--id", "main", ...unseen]);
  const before = existsSync(file);
  const same = await add(["--id", "main", "--username", w.env.ENOM_USERNAME ?? "", ...unseen]);
  const free = await add(["--id", "eu", ...unseen], { env: known });

  for (const result of [named, found]) {
    expect(result).toMatchObject({ code: 4, stdout: "" });
    expect(result.stderr).toContain("The id main was first used with another eNom host or user");
  }
  expect([before, same.code, free.code]).toEqual([false, 0, 0]);
}, 30_000);

test("a Redis that is away keeps no account out of the file, and what could not be seen is said", async () => {
  const { add } = await adding();

  const result = await add(["--id", "eu", ...unseen], { env: { REDIS_URL: "redis://127.0.0.1:1" } });

  expect(result.code).toBe(0);
  expect(result.stderr).toMatch(
    /^Certfleet could not find out whether the id eu was used for another login: Redis at .* cannot be used: nothing listens there/,
  );
});

test("who puts the password into a variable is told to restart the workers with it; of a file and of the password itself they learn by themselves", async () => {
  const [byVariable, byFile, within] = await Promise.all([adding(MINE), adding(MINE), adding(MINE)]);
  const secret = join(byFile.folder, "secret");
  writeFileSync(secret, PASSWORD);

  const results = [
    await byVariable.add(["--id", "eu", "--password-env", "EU_PASSWORD", "--skip-check"]),
    await byFile.add(["--id", "eu", "--password-file", secret]),
    await within.add(["--id", "eu", "--password-stdin"], { input: PASSWORD }),
  ];

  const [restart, ...live] = results.map(({ stdout }) => stdout.split("\n")[1]);
  expect(restart).toBe(
    "Restart open, reissue and balance-poll with EU_PASSWORD set. Until then they keep the old version of the file.",
  );
  expect(live).toEqual(Array(2).fill("Workers that use this file load it within seconds."));
});

test("beside a sandbox that reads a file of its own the new account is written, and it is said that this fleet does not know it", async () => {
  const { folder, file, add } = await adding();
  mkdirSync(join(folder, ".data/sandbox"), { recursive: true });
  const config = join(folder, ".data/sandbox/certfleet.yaml");
  const note = { redisUrl: "redis://127.0.0.1:1", settings: { CERTFLEET_CONFIG: config } };
  writeFileSync(join(folder, ".data/sandbox/fleet.json"), JSON.stringify(note));

  const result = await add(["--id", "eu", ...withPassword]);

  expect(result.code).toBe(0);
  expect(result.stderr).toBe(
    `A fleet that runs here reads another file, ${config}, and does not know account eu. Put CERTFLEET_CONFIG=${file} before its start command to make it read this file.\n`,
  );
});

test.skipIf(!hasTerminal)(
  "at a terminal a login and an id that are taken are asked for again, and the password gets a variable of its own (needs `script`)",
  async () => {
    const { enom, file, env } = await adding();
    const text = `accounts:\n  - { id: first, apiUrl: "${enom.url}", username: old, password: old }\n`;
    writeFileSync(file, text);

    const { code, unasked } = await wizard({ ...env, ENOM_USERNAME: "reseller" }, [
      ["API URL", `${enom.url}${ENTER}`],
      ["Username", `Old${ENTER}`],
      ["Account first in ", `${CLEAR}acme${ENTER}`],
      ["in a separate file", ENTER],
      ["ENOM_PASSWORD_3", ENTER],
      ["empty: do not check", ENTER],
      ["Id (", `main${ENTER}`],
      ["the one of ENOM_USERNAME", `${CLEAR}eu${ENTER}`],
      ...["Data center", "Name (", "Department", "Sort", "minimal balance", "Currency", "Write it to"].map(
        (question) => [question, ENTER] as const,
      ),
    ]);

    expect([code, unasked]).toEqual([0, []]);
    expect(readFleetFile(file).accounts).toMatchObject([
      { id: "first" },
      { id: "eu", username: "acme", password: `\${ENOM_PASSWORD_3}` },
    ]);
  },
  30_000,
);
