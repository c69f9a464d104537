// `certfleet account add`: the wizard of BILLmanager's steps, its options for scripts, and what it leaves in the file.
import { chmodSync, chownSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { withAccount } from "../../../../src/producers/cli/account/add-file.ts";
import { readFleetFile } from "../../../../src/shared/config/fleet-file.ts";
import { certfleet } from "../support.ts";
import { adding, PASSWORD } from "./adding.ts";
import { CLEAR, ENTER, hasTerminal, wizard } from "./wizard.ts";

const MINE = `# ours, since 2019
accounts:   # the first one is for everybody
  # never rename it
  - id: main          # bound
    username: acme-1
    password: "\${MAIN_PASSWORD}"   # from the vault
  # above: old

policy: { mode: manual }   # as agreed
`;

test("a script adds an account by options; eNom is asked first, and the file is one that the workers accept", async () => {
  const { enom, file, add } = await adding();

  const result = await add(
    ["--password-env", "ENOM_PASSWORD", "--id", "eu", "--name", "eNom Europe", "--data-center", "eu-1"].concat([
      "--department",
      "ssl@provider.example",
      "--sort",
      "5",
      "--minimum-balance",
      "50.00",
      "--yes",
    ]),
  );

  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(result.stdout).toMatch(
    /^Account eu was added to .*certfleet\.yaml\.\nRestart .*\n✓ eNom accepts the login and the address\.\n$/,
  );
  expect(enom.asked().map(({ command }) => command.toLowerCase())).toContain("checklogin");
  expect(readFileSync(file, "utf8")).toMatch(
    /^# yaml-language-server: \$schema=.*certfleet\.schema\.json\n# .*\naccounts:\n/,
  );
  expect(readFleetFile(file).accounts).toMatchObject([
    {
      ...{ id: "eu", name: "eNom Europe", apiUrl: enom.url, username: "acme", password: `\${ENOM_PASSWORD}` },
      ...{ dataCenter: "eu-1", department: "ssl@provider.example", sort: 5, minimumBalance: "50.00", currency: "USD" },
    },
  ]);
});

test("comments, order and spaces of a file stay as they are; the new account stands behind the others", async () => {
  const { enom, file, add } = await adding(MINE);

  const result = await add(["--password-env", "ENOM_PASSWORD", "--id", "second"]);

  const added = `  - id: second\n    apiUrl: ${enom.url}\n    username: acme\n    password: \${ENOM_PASSWORD}\n    sort: 10\n    currency: USD\n`;
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(readFileSync(file, "utf8")).toBe(MINE.replace("  # above: old\n", `${added}  # above: old\n`));
});

test("without a terminal every answer that is missing or wrong is named by its option, and nothing is written", async () => {
  const { file, env } = await adding();

  const words = ["account", "add", "--department", "nobody", "--minimum-balance", "1,5"];
  const result = await certfleet(words, { env });

  expect(result).toMatchObject({ code: 2, stdout: "" });
  for (const words of ["--username is missing", "--password-env, --password-file or --password-stdin is missing"])
    expect(result.stderr).toContain(words);
  expect(result.stderr).toContain("--department: must be one plain e-mail address");
  expect(result.stderr).toContain('--minimum-balance: must be an amount such as "15.00"');
  expect(existsSync(file)).toBe(false);
});

test("a login that eNom refuses is not written, unless that is wished; the password is shown nowhere", async () => {
  const { file, add } = await adding();
  const wrong = { input: `wrong-${PASSWORD}\n` };

  const refused = await add(["--password-stdin"], wrong);
  const before = existsSync(file);
  const kept = await add(["--password-stdin", "--keep-on-failure", "--json"], wrong);

  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("Cannot connect to the processing module");
  expect(refused.stderr).toContain("--keep-on-failure");
  expect([before, kept.code]).toEqual([false, 0]);
  expect(JSON.parse(kept.stdout)).toMatchObject({ account: "main", check: { ok: false, cause: "login-refused" } });
  expect(`${refused.stderr}${kept.stdout}${kept.stderr}`).not.toContain("canary");
  expect(readFleetFile(file).accounts[0]?.password).toBe(`wrong-${PASSWORD}`);
});

test("an eNom that is away ends with 75, and a password that this shell does not have says so; --skip-check asks nobody", async () => {
  const { enom, file, add } = await adding();

  const unset = await add(["--password-env", "NOWHERE_SET"]);
  await enom.close();
  const away = await add(["--password-env", "ENOM_PASSWORD"]);
  const before = existsSync(file);
  const unasked = await add(["--password-env", "NOWHERE_SET", "--skip-check"]);

  expect(unset.code).toBe(1);
  expect(unset.stderr).toMatch(/certfleet\.yaml:\d+: account main uses \$\{NOWHERE_SET\}, which is not set/);
  expect(away.code).toBe(75);
  expect([before, unasked.code]).toEqual([false, 0]);
  expect(unasked.stdout).toContain("The connection was not checked.");
});

test("a password may stand in a file of its own, with a line end behind it", async () => {
  const { file, add } = await adding();
  const secret = join(file, "..", "secret");
  writeFileSync(secret, `${PASSWORD}\n`);

  const result = await add(["--password-file", secret]);

  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(readFleetFile(file).accounts).toMatchObject([{ id: "main", passwordFile: secret }]);
  expect(readFileSync(file, "utf8")).not.toContain(PASSWORD);
});

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);
const inline = ["--username", "acme-3", "--password-stdin", "--skip-check"];

test("a file keeps its rights, so that workers of its group go on reading it; where everybody can read a new password, that is said", async () => {
  const { file, add } = await adding(MINE);
  chmodSync(file, 0o640);
  const ofGroup = await add(["--id", "second", ...inline], { input: "p" });
  chmodSync(file, 0o644);

  const without = await add(["--id", "third", "--password-file", "/nowhere/secret", "--skip-check"]);
  const within = await add(["--id", "fourth", "--username", "acme-4", ...inline.slice(2)], { input: "p" });

  expect(modeOf(file)).toBe("644");
  expect([ofGroup.stderr, without.stderr, within.code]).toEqual(["", "", 0]);
  expect(within.stderr).toBe(
    `The password is in ${file}, which everybody on this machine can read (0644). Restrict it:\n` +
      `chmod 600 ${file} where the workers run as its owner, chmod 640 ${file} where they run as its group.\n`,
  );
  expect(readFleetFile(file).accounts.map(({ id }) => id)).toEqual(["main", "second", "third", "fourth"]);
  expect(readdirSync(join(file, "..")).filter((name) => name.includes(".tmp"))).toEqual([]);
});

test("a new file that holds no password may be read by the workers, whoever they are; one that is narrow already stays so", async () => {
  const [fresh, narrow] = await Promise.all([adding(), adding(MINE)]);
  chmodSync(narrow.file, 0o600);

  const results = [
    await fresh.add(["--id", "first", "--password-env", "ENOM_PASSWORD"]),
    await narrow.add(["--id", "second", ...inline], { input: "p" }),
  ];

  expect(results.map(({ stderr }) => stderr)).toEqual(["", ""]);
  expect([fresh, narrow].map(({ file }) => modeOf(file))).toEqual(["644", "600"]);
});

test("a new file with a password is its owner's alone; where that is root, it is said that the workers must be able to read it", async () => {
  const { file, add } = await adding();

  const { code, stderr } = await add(["--id", "first", ...inline], { input: "p" });

  const ofRoot =
    `The password is in ${file}, which only root can read (0600). If the workers run as another user, give it to them:\n` +
    `chown USER ${file}\n`;
  expect([code, modeOf(file), stderr]).toEqual([0, "600", process.getuid?.() === 0 ? ofRoot : ""]);
});

test.skipIf(process.getuid?.() !== 0)(
  "a file of another owner and group stays theirs (needs root, who alone may give files away)",
  async () => {
    const { file, add } = await adding(MINE);
    chmodSync(file, 0o640);
    chownSync(file, 4711, 4712);

    await add(["--id", "second", ...inline], { input: "p" });

    const { uid, gid } = statSync(file);
    expect([uid, gid, modeOf(file)]).toEqual([4711, 4712, "640"]);
  },
);

test("an id that is taken ends with 4, a file that is wrong with 2 and its line; both are left as they are", async () => {
  const [taken, wrong] = await Promise.all([adding(MINE), adding("accounts: []\npolicy: { mode: on }\n")]);

  const [conflict, refused] = await Promise.all([
    taken.add(["--id", "main", "--password-env", "ENOM_PASSWORD"]),
    wrong.add(["--id", "main", "--password-env", "ENOM_PASSWORD"]),
  ]);

  expect(conflict).toMatchObject({ code: 4, stdout: "" });
  expect(conflict.stderr).toContain("already has an account main.");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain("certfleet.yaml:2: policy.mode: ");
  expect(readFileSync(taken.file, "utf8")).toBe(MINE);
});

test.for([
  ["", "accounts:\n  - id: x\n"],
  ["# a\n", "# a\naccounts:\n  - id: x\n"],
  ["policy: {}", "policy: {}\naccounts:\n  - id: x\n"],
  ["accounts:\n- id: a\n", "accounts:\n- id: a\n- id: x\n"],
  ["accounts:\n- id: a", "accounts:\n- id: a\n- id: x\n"],
  ["accounts:\r\n    - id: a  # c\r\nb: 1\r\n", "accounts:\r\n    - id: a  # c\r\n    - id: x\r\nb: 1\r\n"],
  ["accounts: []  # none\nb: 1\n", "accounts: [ { id: x } ] # none\nb: 1\n"],
  ["accounts: # later\nb: 1\n", "accounts: # later\n  - id: x\nb: 1\n"],
  ["{ accounts: [{ id: a }] }\n", "{ accounts: [ { id: a }, { id: x } ] }\n"],
] as const)("%j becomes %j", ([text, changed]) => {
  expect(parse(withAccount(text, { id: "x" }))).toEqual(parse(changed));
  expect(withAccount(text, { id: "x" })).toBe(changed);
});

test("whatever a list looks like, every line that was there is there, in its order, byte for byte", () => {
  const comment = fc.constantFrom("", "   # said", " # ä\t#");
  const between = fc.constantFrom("", "\n", "# a line\n", "      # deep\n");
  const one = fc.tuple(fc.nat(99), comment, between);
  fc.assert(
    fc.property(
      fc.array(one, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", "  ", "    "),
      fc.constantFrom("", "policy: {}\n", "# the end\n", "\n\n# the end"),
      fc.constantFrom("\n", "\r\n"),
      (items, indent, tail, eol) => {
        const list = items.map(
          ([id, said, above], i) => `${above}${indent}- id: a${id}-${i}${said}\n${indent}  username: "u"${said}\n`,
        );
        const text = `# top\naccounts:\n${list.join("")}${tail}`.replaceAll("\n", eol);
        const kept = text.split(eol);

        const changed = withAccount(text, { id: "new", username: "me" }).split(eol);

        let at = 0;
        for (const line of changed) if (line === kept[at]) at++;
        expect(at).toBeGreaterThanOrEqual(kept.length - (text.endsWith(eol) ? 0 : 1));
        expect(changed.length).toBeLessThanOrEqual(kept.length + 3);
      },
    ),
    { numRuns: 300 },
  );
});

test.skipIf(!hasTerminal)(
  "at a terminal the wizard asks in the customer's words, asks again what is wrong, and hides the password (needs `script`)",
  async () => {
    const { enom, file, env } = await adding();
    const { ENOM_PASSWORD: _unset, ...bare } = env;

    const { code, said, unasked } = await wizard(bare, [
      ["API URL", `${enom.url}${ENTER}`],
      ["Username", `acme${ENTER}`],
      ["in a separate file", ENTER],
      ["Variable", ENTER],
      ["empty: do not check", `${PASSWORD}${ENTER}`],
      ["Id (", ENTER],
      ["Data center", ENTER],
      ["Name (", ENTER],
      ["Department", `nobody${ENTER}`],
      ["must be one plain e-mail address", `${CLEAR}ssl@provider.example${ENTER}`],
      ["Sort", ENTER],
      ["Processing module minimal balance", `50.00${ENTER}`],
      ["Currency", ENTER],
      ["Write it to", ENTER],
    ]);

    expect([code, unasked]).toEqual([0, []]);
    expect(said).toContain("New at eNom? Register an account: https://www.enom.com/");
    expect(said).toContain("eNom accepts the login and the address.");
    expect(said).not.toContain(PASSWORD);
    expect(readFleetFile(file).accounts).toMatchObject([
      { id: "main", password: `\${ENOM_PASSWORD}`, department: "ssl@provider.example", minimumBalance: "50.00" },
    ]);
  },
  30_000,
);
