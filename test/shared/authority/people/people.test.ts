// Stories about console users as they are kept: passwords, sessions, and guesses that are slowed down.
import { randomUUID, scryptSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { fitsPassword, hashPassword, isOutdated } from "../../../../src/shared/authority/people/password-hash.ts";
import { passwordFault } from "../../../../src/shared/authority/people/password-rules.ts";
import { personName } from "../../../../src/shared/authority/people/person.ts";
import { changeToken, sessionStore } from "../../../../src/shared/authority/people/sessions.ts";
import { anyUsers, peopleStore } from "../../../../src/shared/authority/people/store.ts";
import { placeOf, signInThrottle } from "../../../../src/shared/authority/people/throttle.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";

const NOW = new Date("2026-11-22T12:00:00.000Z");
const GOOD = "correct horse battery";

async function fleet() {
  const redis = connectRedis(inject("redisUrl"), "fail-fast", () => {});
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  const keys = keysUnder(`{test-${randomUUID()}}`);
  return { redis, keys, people: peopleStore(redis, keys) };
}

describe("users", () => {
  test("A user is added once, found by name, listed, changed and removed.", async () => {
    const { redis, keys, people } = await fleet();
    expect(await anyUsers(redis, keys)).toBe(false);

    expect(await people.add({ name: "ada", role: "viewer", password: "hash", subject: undefined }, NOW)).toBe(true);
    expect(await people.add({ name: "ada", role: "admin", password: "other", subject: undefined }, NOW)).toBe(false);
    expect(await people.setRole("ada", "money", NOW)).toBe(true);
    const before = await people.find("ada");
    expect(await people.setPassword("ada", "new hash", NOW)).toBe(true);
    const after = await people.find("ada");

    expect(before).toMatchObject({ name: "ada", role: "money", password: "hash", addedAt: NOW.toISOString() });
    expect(after?.stamp).not.toBe(before?.stamp);
    expect(await anyUsers(redis, keys)).toBe(true);
    expect((await people.list()).map(({ name }) => name)).toEqual(["ada"]);
    expect([await people.remove("ada"), await people.remove("ada")]).toEqual([true, false]);
    expect(await people.setPassword("ada", "x", NOW)).toBe(false);
    expect([await people.find("ada"), await people.list(), await anyUsers(redis, keys)]).toEqual([
      undefined,
      [],
      false,
    ]);
  });

  test("A removed user who is added again has another stamp, so that no session of before goes on.", async () => {
    const { people } = await fleet();
    const add = () => people.add({ name: "bo", role: "viewer", password: "same", subject: undefined }, NOW);
    await add();
    const first = await people.find("bo");
    await people.remove("bo");
    await add();
    expect((await people.find("bo"))?.stamp).not.toBe(first?.stamp);
  });

  test("Names are written alike, and cannot be mistaken for something else.", () => {
    expect(["Ada", " ada ", "ada@Example.com", "a.b-c_d+e", "7"].map(personName)).toEqual([
      ...["ada", "ada", "ada@example.com", "a.b-c_d+e", "7"],
    ]);
    const odd = ["", " ", "-a", "a b", "a:b", "a\nb", "ädä", "a\u202eb", "{x}", "a*", "a".repeat(65), "../a"];
    expect(odd.map(personName)).toEqual(odd.map(() => undefined));
  });
});

describe("passwords", () => {
  test.each([
    ["too short", "tiny gopher"],
    ["eleven characters, though more bytes", "päßwörtchen"],
    ["a common one with digits", "Password1234!"],
    ["twice the same word", "qwertyqwerty"],
    ["one character", "aaaaaaaaaaaaaaa"],
    ["a row of keys", "qwertyuiopasd"],
    ["a row backwards", "987654321098"],
    ["digits in a row", "123456789012"],
    ["the name with digits", "mathilda-2026"],
    ["with a line break", "correct horse\nbattery"],
    ["too long", "ab".repeat(513)],
  ])("A password that is %s is refused, in a sentence that does not quote it.", (_why, password) => {
    const fault = passwordFault(password, "mathilda");
    expect(fault).toMatch(/^The password .+\.$/);
    expect(fault).not.toContain(password);
  });

  test("A long one is taken, in any script, up to 1,024 bytes.", () => {
    const good = [
      GOOD,
      "длинная фраза из слов",
      "Zx8#kP!mQ2$w",
      "x7".repeat(5) + "y".repeat(1_000),
      "密码密码很长的一句话真的很长",
    ];
    expect(good.map((each) => passwordFault(each, "ada"))).toEqual(good.map(() => undefined));
  });

  test("A password fits its own hash, however the keyboard composed it, and no other does.", async () => {
    const hash = await hashPassword("crème brûlée at noon");
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await fitsPassword("crème brûlée at noon".normalize("NFD"), hash)).toBe(true);
    expect(await fitsPassword("creme brulee at noon", hash)).toBe(false);
    expect(isOutdated(hash)).toBe(false);
  }, 60_000);

  test("A hash with other parameters is still read, and known to be old; one that asks for too much is not.", async () => {
    const key = scryptSync(GOOD, Buffer.from("salty salt"), 32, { N: 1_024, r: 8, p: 1 })
      .toString("base64")
      .replace("=", "");
    const salt = Buffer.from("salty salt").toString("base64").replace(/=+$/, "");
    const old = `$scrypt$ln=10,r=8,p=1$${salt}$${key}`;
    expect([await fitsPassword(GOOD, old), await fitsPassword("wrong", old), isOutdated(old)]).toEqual([
      true,
      false,
      true,
    ]);
    for (const text of ["", "x".repeat(5_000), " "]) expect(await fitsPassword(text, old)).toBe(false);
    for (const bad of [old.replace("ln=10", "ln=30"), old.replace("p=1", "p=0"), "plain", undefined])
      expect([bad, await fitsPassword(GOOD, bad)]).toEqual([bad, false]);
  }, 60_000);

  test("A flood of tries waits in a short line, and what does not fit is told to try again; nothing is lost.", async () => {
    const cheap = `$scrypt$ln=10,r=8,p=1$${"a".repeat(22)}$${"a".repeat(43)}`;
    const all = await Promise.allSettled(Array.from({ length: 60 }, () => fitsPassword("x", cheap)));
    const turnedAway = all.filter(({ status }) => status === "rejected");
    expect(turnedAway.length).toBe(60 - 2 - 20);
    expect(turnedAway[0]).toMatchObject({ reason: { name: "Unavailable", retryAfterSeconds: 3 } });
    expect(await fitsPassword("x", cheap)).toBe(false);
  });
});

describe("sessions", () => {
  const limits = { idleSeconds: 60, longestSeconds: 150 };
  const at = (seconds: number) => Date.now() + seconds * 1_000;

  test("A session ends when nobody is there, and at its longest however busy somebody is.", async () => {
    const { redis, keys } = await fleet();
    const sessions = sessionStore(redis, keys, limits);
    const begun = at(0);
    const now = (seconds: number) => begun + seconds * 1_000;
    const id = await sessions.begin({ user: "ada", stamp: "s" }, begun);

    expect(await sessions.find(id, now(59))).toMatchObject({ user: "ada", stamp: "s" });
    expect(await sessions.find(id, now(60))).toBeUndefined();
    const touch = async (seconds: number) => {
      const session = await sessions.find(id, now(seconds));
      if (session) await sessions.touch(id, session, now(seconds));
      return session !== undefined;
    };
    expect([await touch(50), await touch(100), await touch(149), await touch(150)]).toEqual([true, true, true, false]);
    expect(await redis.pttl(`${keys.prefix}:session:nobody`)).toBe(-2);
  });

  test("Redis never holds the id that the browser has, and a session that was ended does not come back.", async () => {
    const { redis, keys } = await fleet();
    const sessions = sessionStore(redis, keys, limits);
    const id = await sessions.begin({ user: "ada", stamp: "s" }, at(0));
    const other = await sessions.begin({ user: "ada", stamp: "s" }, at(0));
    const session = await sessions.find(id, at(1));
    const names = await redis.keys(`${keys.prefix}:session:*`);

    expect(id).toMatch(/^[\w-]{43}$/);
    expect(names).toHaveLength(2);
    expect(JSON.stringify([names, await Promise.all(names.map((name) => redis.hgetall(name)))])).not.toContain(id);
    expect(await Promise.all(names.map((name) => redis.pttl(name)))).toSatisfy((all: number[]) =>
      all.every((ms) => ms > 0),
    );
    await sessions.end(id);
    if (session) await sessions.touch(id, session, at(2));
    expect(await sessions.find(id, at(2))).toBeUndefined();
    expect(await sessions.find(other, at(2))).toBeDefined();
    expect(changeToken(id)).not.toBe(changeToken(other));
  });

  test("A browser is known only for the person who signed in with it.", async () => {
    const { redis, keys } = await fleet();
    const sessions = sessionStore(redis, keys, limits);
    const { id } = await sessions.rememberDevice("ada");
    expect([await sessions.knowsDevice(id, "ada"), await sessions.knowsDevice(id, "bo")]).toEqual([true, false]);
    expect(await sessions.knowsDevice("guessed", "ada")).toBe(false);
  });
});

describe("guesses", () => {
  const tries = async (count: number, from: (i: number) => { name: string; from: string | null; device?: string }) => {
    const { redis, keys } = await fleet();
    const throttle = signInThrottle(redis, keys);
    const answers: number[] = [];
    for (let i = 0; i < count; i++) answers.push(await throttle.count(from(i), 0));
    return { throttle, answers };
  };

  test("Five tries are free; then each pause is twice as long, up to a quarter of an hour.", async () => {
    const { redis, keys } = await fleet();
    const throttle = signInThrottle(redis, keys);
    const asked = { name: "ada", from: "192.0.2.7" };
    const pauses: number[] = [];
    for (let i = 0, now = 0; i < 14; i++) {
      expect(await throttle.count(asked, now)).toBe(0);
      const pause = await throttle.look(asked, now);
      if (pause > 0) expect(await throttle.count(asked, now + pause * 500)).toBe(pause / 2); // refused, and not counted
      pauses.push(pause);
      now += pause * 1_000;
    }
    expect(pauses).toEqual([0, 0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
  });

  test("A thousand tries at once are five guesses, from one address or as one person.", async () => {
    const { redis, keys } = await fleet();
    const throttle = signInThrottle(redis, keys);
    const waits = await Promise.all(
      Array.from({ length: 1_000 }, () => throttle.count({ name: "ada", from: "192.0.2.7" }, 0)),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
  });

  test("One address that tries many names is slowed down, too; an IPv6 network is one address.", async () => {
    const many = await tries(200, (i) => ({ name: `user-${i}`, from: `2001:db8:0:1::${i.toString(16)}` }));
    expect(many.answers.filter((wait) => wait === 0)).toHaveLength(20);
    expect(placeOf("::ffff:192.0.2.7")).toBe(placeOf("192.0.2.7"));
    expect([placeOf(null), placeOf("2001:db8:0:1::9"), placeOf("2001:db8:0:2::9")]).toEqual([
      ...["socket", "2001:db8:0:1::/64", "2001:db8:0:2::/64"],
    ]);
  });

  test("What strangers do elsewhere locks nobody out: another address may try, and a known browser always.", async () => {
    const one = await tries(30, () => ({ name: "ada", from: "192.0.2.7" }));
    expect(await one.throttle.count({ name: "ada", from: "198.51.100.9" }, 0)).toBe(0);

    const botnet = await tries(400, (i) => ({ name: "Ada ", from: `10.0.${i >> 8}.${i & 255}` }));
    expect(botnet.answers.filter((wait) => wait === 0)).toHaveLength(50);
    expect(Math.max(...botnet.answers)).toBeLessThanOrEqual(60);
    expect(await botnet.throttle.count({ name: "ada", from: "198.51.100.9", device: "known" }, 0)).toBe(0);
    expect(await botnet.throttle.count({ name: "ada", from: "198.51.100.9" }, 60_000)).toBe(0);
  });

  test("A right password takes back its own try and the slips before it, not those of others.", async () => {
    const { redis, keys } = await fleet();
    const throttle = signInThrottle(redis, keys);
    const ada = { name: "ada", from: "192.0.2.7" };
    const guess = (name: string) => throttle.count({ name, from: "192.0.2.7" }, 0);
    for (let i = 0; i < 4; i++) await throttle.count(ada, 0);
    for (let i = 0; i < 15; i++) await guess(`u${i}`);
    expect(await throttle.count(ada, 0)).toBe(0);
    await throttle.forget(ada, 0);
    expect(await throttle.look(ada, 0)).toBe(0);
    // 19 of the address are left: one more is free, whoever signed in meanwhile.
    expect([await guess("x"), await guess("y")]).toEqual([0, 10]);
  });

  test("Whatever the order of tries and pauses, nobody is told to wait longer than the longest pause.", async () => {
    const { redis, keys } = await fleet();
    const throttle = signInThrottle(redis, keys);
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.array(fc.nat(2_000_000), { maxLength: 20 }), async (name, steps) => {
        let now = 0;
        for (const step of steps) {
          now += step;
          expect(await throttle.count({ name, from: null }, now)).toBeLessThanOrEqual(900);
        }
      }),
      { numRuns: 30 },
    );
  });
});
