// `certfleet redis acl`: a user for each part, and passwords that are made once, lie in files and are shown nowhere.
import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { printUsers } from "../../../../src/producers/cli/redis/acl.ts";
import type { AclUser } from "../../../../src/shared/redis/acl/users.ts";
import { readRedisAddress } from "../../../../src/shared/redis/address.ts";

const PARTS = ["balance-poll", "command-line", "gateway", "notify", "open", "reissue", "webhook"];

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-acl-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const context = (env: NodeJS.ProcessEnv = {}) => ({ env, root: "/nowhere" });

test("Without a folder for passwords nobody can log in, and the lines are the users of the prefix.", () => {
  const { text, json, note } = printUsers({}, context({ CERTFLEET_PREFIX: "{shop}" }));

  const lines = text.split("\n");
  expect(lines.map((line) => line.split(" ").slice(0, 3).join(" ")).sort()).toEqual(
    PARTS.map((part) => `user shop-${part} on`),
  );
  for (const line of lines) expect(line).toMatch(/ resetkeys .* resetchannels .* -@all /);
  expect(text).not.toMatch(/ [>#]|nopass|certfleet/);
  expect(json).toMatchObject({ prefix: "{shop}", users: expect.arrayContaining([]) });
  expect(note).toContain("none can log in");
});

test("Passwords are made once, lie in files that REDIS_URL_FILE can name, and only their hashes are printed.", () => {
  const folder = join(aFolder(), "redis");
  const env = { REDIS_URL: "rediss://admin:Canary-of-admin@redis.example:7000/2" };

  const first = printUsers({ connections: folder }, context(env));
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8").trim()]));
  chmodSync(join(folder, "gateway"), 0o644);
  const again = printUsers({ connections: folder, setuser: true }, context(env));

  expect([...files.keys()].sort()).toEqual(PARTS);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const [part, url] of files) {
    const [, password = ""] = /^rediss:\/\/certfleet-[\w-]+:([\w-]{43})@redis\.example:7000\/2$/.exec(url) ?? [];
    expect(readRedisAddress(url)).toMatchObject({ way: "tls", hasPassword: true });
    expect(url).toContain(`certfleet-${part}:`);
    const hash = createHash("sha256").update(password).digest("hex");
    for (const { text, json, note } of [first, again]) {
      expect(text).toContain(`#${hash}`);
      expect(`${text}${JSON.stringify(json)}${note}`).not.toContain(password);
      expect(`${text}${JSON.stringify(json)}${note}`).not.toContain("Canary");
    }
    expect(statSync(join(folder, part)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, part), "utf8").trim()).toBe(url);
  }
  const { users } = first.json as { users: (AclUser & { connection: string })[] };
  expect(users.map(({ connection }) => connection).sort()).toEqual(PARTS.map((part) => join(folder, part)));
  expect(again.text).toMatch(/^ACL SETUSER certfleet-gateway reset on #/);
});

test.each([
  ["/run/redis.sock?db=1", /^unix:\/run\/redis\.sock\?username=certfleet-open&password=[\w-]{43}&db=1$/],
  ["redis+sentinel://u:p@a:1,b:2/main", /^redis\+sentinel:\/\/certfleet-open:[\w-]{43}@a:1,b:2\/main$/],
  ["valkeys://host", /^rediss:\/\/certfleet-open:[\w-]{43}@host$/],
])("The connection of a part is the address %s with the part's login.", (url, form) => {
  const folder = join(aFolder(), "redis");

  printUsers({ connections: folder }, context({ REDIS_URL: url }));
  const made = readFileSync(join(folder, "open"), "utf8").trim();
  printUsers({ connections: folder }, context({ REDIS_URL: url }));

  expect(made).toMatch(form);
  expect(readFileSync(join(folder, "open"), "utf8").trim()).toBe(made);
  expect(readRedisAddress(made)).toMatchObject({ hasPassword: true });
});

test("A file that is something else is left alone, and neither it nor the address is shown.", () => {
  const folder = aFolder();
  writeFileSync(join(folder, "gateway"), "Canary-of-another");
  const env = { REDIS_URL: "redis://h" };

  expect(() => printUsers({ connections: folder }, context(env))).toThrow(/holds no login of certfleet-gateway/);
  expect(readFileSync(join(folder, "gateway"), "utf8")).toBe("Canary-of-another");
  expect(() => printUsers({ connections: join(folder, "gateway") }, context(env))).toThrow(/cannot be written \(E/);
  expect(() => printUsers({ prefix: "shop" }, context())).toThrow(/CERTFLEET_PREFIX/);
});
