// Stories about `certfleet user`: who may sign in, where passwords come from, and what is never shown.
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generatedPassword as generated } from "../../../../src/producers/cli/user/generated-password.ts";
import { auditTrail } from "../../../../src/shared/authority/audit/trail.ts";
import { fitsPassword } from "../../../../src/shared/authority/people/password-hash.ts";
import { passwordFault } from "../../../../src/shared/authority/people/password-rules.ts";
import { peopleStore } from "../../../../src/shared/authority/people/store.ts";
import { systemClock } from "../../../../src/shared/base/clock.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const GOOD = "correct horse battery";

async function passwordFile(text: string): Promise<string> {
  const file = join(await mkdtemp(join(quickFolder(), "certfleet-user-")), "password");
  await writeFile(file, text);
  return file;
}

/** What the audit trail holds, newest first, and that it holds no password. */
async function inTrail(context: ReturnType<typeof ownContext>, expected: readonly string[]): Promise<void> {
  const { items } = await inFleet(context, ({ redis, keys }) => auditTrail({ redis, keys, clock: systemClock }).list());
  expect(items.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual(expected);
  for (const item of items) expect(item).toMatchObject({ who: { kind: "system", id: "ada" }, subject: "ada" });
  expect(JSON.stringify(items)).not.toContain(GOOD);
}

describe("certfleet user", () => {
  test("A user is added with a password from a file, listed, changed and removed; each is in the audit trail.", async () => {
    const context = ownContext();
    const run = (...words: string[]) => certfleet(["user", ...words], context);
    const file = await passwordFile(`${GOOD}\n`);

    const added = await run("add", "Ada", "--role", "operator", "--password-file", file);
    const again = await run("add", "ada", "--role", "admin", "--password-file", file, "--json");
    const role = await run("role", "ada", "viewer");

    expect([added.code, added.stdout]).toEqual([0, "User ada may sign in as operator.\n"]);
    expect([again.code, JSON.parse(again.stdout).error]).toEqual([4, "conflict"]);
    expect(role.stdout).toBe("User ada is viewer from now on.\n");
    const kept = await inFleet(context, ({ redis, keys }) => peopleStore(redis, keys).find("ada"));
    expect(await fitsPassword(GOOD, kept?.password)).toBe(true);
    await inTrail(context, ["user.role done", "user.add done"]);
    const { items } = await inFleet(context, ({ redis, keys }) =>
      auditTrail({ redis, keys, clock: systemClock }).list(),
    );
    expect(items[0]).toMatchObject({ before: { role: "operator" }, after: { role: "viewer" } });
  });

  test("Users are listed without a hash; who is removed is gone, and somebody is told when nobody is left.", async () => {
    const context = ownContext();
    const run = (...words: string[]) => certfleet(["user", ...words], context);
    await inFleet(context, ({ redis, keys }) =>
      peopleStore(redis, keys).add(
        { name: "ada", role: "viewer", password: "$scrypt$", subject: undefined },
        new Date(),
      ),
    );
    const list = await run("list");
    const json = JSON.parse((await run("list", "--json")).stdout);
    const removed = await run("remove", "ada");
    const gone = await run("remove", "ada");

    expect(list.stdout).toMatch(
      /^NAME +ROLE +SIGNS IN BY +ADDED AT +SIGNED IN AT\nada +viewer +password +\S+Z +never\n$/,
    );
    expect(json.users).toMatchObject([{ name: "ada", role: "viewer", by: "password", signedInAt: null }]);
    expect(JSON.stringify(json)).not.toContain("scrypt");
    expect([removed.code, gone.code]).toEqual([0, 3]);
    expect(removed.stderr).toContain("There is no user any more");
    await inTrail(context, ["user.remove done"]);
  });

  test("Without a terminal a password is made and shown once; it opens the door, and a new one ends the sessions.", async () => {
    const context = ownContext();
    const find = () => inFleet(context, ({ redis, keys }) => peopleStore(redis, keys).find("bo"));

    const added = await certfleet(["user", "add", "bo", "--role", "money", "--json"], context);
    const { password } = JSON.parse(added.stdout);
    const before = await find();
    const changed = await certfleet(["user", "password", "bo", "--password-file", "-"], { ...context, input: GOOD });
    const after = await find();

    expect(password).toMatch(/^[b-z2-9]{6}(-[b-z2-9]{6}){3}$/);
    expect(added.stderr).toBe("The password is shown this once.\n");
    expect(await fitsPassword(password, before?.password)).toBe(true);
    expect(changed.stdout).toBe("User bo has a new password. Sessions of bo have ended.\n");
    expect([await fitsPassword(GOOD, after?.password), after?.stamp === before?.stamp]).toEqual([true, false]);
    expect(Array.from({ length: 50 }, generated).filter((each) => passwordFault(each, "bo") !== undefined)).toEqual([]);
  });

  test.each([
    ["a short password", ["add", "ada", "--role", "viewer", "--password-file", "-"], "short", "at least 12 characters"],
    [
      "a common password",
      ["add", "ada", "--role", "viewer", "--password-file", "-"],
      "Password12345",
      "too easy to guess",
    ],
    ["an odd name", ["add", "a b", "--role", "viewer"], "", "A user's name has 1 to 64 characters"],
    ["no role", ["add", "ada"], "", "--role"],
    ["an unknown role", ["add", "ada", "--role", "king"], "", "viewer, operator, money, admin"],
    [
      "a missing file",
      ["add", "ada", "--role", "viewer", "--password-file", "/nowhere/x"],
      "",
      "/nowhere/x cannot be read",
    ],
    [
      "two places for the password",
      ["add", "a", "--role", "viewer", "--generate", "--password-file", "x"],
      "",
      "cannot be used with",
    ],
  ])("With %s nobody is added, and the message says what is wrong.", async (_what, words, input, said) => {
    const context = ownContext();
    const { code, stdout, stderr } = await certfleet(["user", ...words], { ...context, input });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(said);
    if (input !== "") expect(stderr).not.toContain(input);
    expect(await inFleet(context, ({ redis, keys }) => peopleStore(redis, keys).list())).toEqual([]);
  });

  test("Who comes from an OpenID provider is changed there; nobody is changed who is not there.", async () => {
    const context = ownContext();
    await inFleet(context, ({ redis, keys }) =>
      peopleStore(redis, keys).add(
        { name: "cy", role: "viewer", password: undefined, subject: "https://id.example 1" },
        new Date(),
      ),
    );
    const codes = async (name: string) => [
      (await certfleet(["user", "password", name], context)).code,
      (await certfleet(["user", "role", name, "admin"], context)).code,
    ];
    expect(await codes("cy")).toEqual([4, 4]);
    expect(await codes("dee")).toEqual([3, 3]);
  });
});
