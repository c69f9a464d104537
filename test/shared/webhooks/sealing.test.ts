// Stories about the secrets of webhooks as they lie in Redis.
import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { examineWebhookSecrets } from "../../../src/producers/cli/doctor/webhook-secrets.ts";
import { openSealer } from "../../../src/shared/webhooks/sealing.ts";
import { webhookStore } from "../../../src/shared/webhooks/store.ts";
import { openSecrets } from "../../../src/workers/webhook/secrets.ts";
import { webhookFleet } from "../../workers/webhook/fleet.ts";

const key = () => randomBytes(32).toString("base64");
const settings = (...keys: string[]) => ({ CERTFLEET_WEBHOOK_KEY: keys.join(" ") });
const ABOUT = { url: "https://a.example/hook", events: ["*"], allowPrivate: false };

async function fleet() {
  const f = await webhookFleet();
  const { redis, keys, clock, store } = f;
  const opened = async (id: string, env: NodeJS.ProcessEnv) => {
    const endpoint = await store.find(id);
    if (!endpoint) throw new Error("no endpoint");
    return openSecrets({ redis, keys, clock, sealer: openSealer(env), ofFile: () => new Map() })(endpoint);
  };
  const storeWith = (env: NodeJS.ProcessEnv) => webhookStore(redis, keys, openSealer(env));
  const inRedis = async (id: string) => (await redis.lrange(keys.hookSecret(id), 0, -1)).join();
  const doctor = async (env: NodeJS.ProcessEnv) =>
    (await examineWebhookSecrets(f, env)).map(({ state, detail }) => `${state}: ${detail}`).join("\n");
  return { ...f, opened, storeWith, inRedis, doctor };
}

test("A secret that the API makes is sealed, and only whoever has the key signs with it; one from before the key goes on and is sealed by a rotation.", async () => {
  const f = await fleet();
  const now = f.clock.now();
  const [old, next] = [key(), key()];
  const bare = await f.storeWith({}).create(ABOUT, now);
  const sealed = await f.storeWith(settings(old)).create(ABOUT, now);

  expect(await f.inRedis(bare.id)).toBe(bare.secret);
  expect(await f.inRedis(sealed.id)).not.toContain(sealed.secret.slice(6));
  for (const { id, secret } of [bare, sealed]) expect(await f.opened(id, settings(old))).toEqual([secret]);
  expect(await f.opened(sealed.id, {})).toEqual([]);
  expect(await f.opened(sealed.id, settings(next))).toEqual([]);
  expect(await f.doctor({})).toMatch(new RegExp(`ill: .*${sealed.id}[^]*warn: .*${bare.id}`));

  // Another key: the new one seals, both open.
  const rotating = f.storeWith(settings(next, old));
  const until = new Date(now.getTime() + 3_600_000);
  const fresh = await rotating.rotate(sealed.id, until);
  expect(await f.opened(sealed.id, settings(next, old))).toEqual([fresh, sealed.secret]);
  expect(await f.opened(sealed.id, settings(next))).toEqual([fresh]);
  for (let i = 0; i < 2; i++) await rotating.rotate(bare.id, until);
  expect(await f.doctor(settings(next, old))).toMatch(/^ok: /);
});

test("What was sealed for one endpoint, or was changed, opens nothing at another; a setting that is no key is refused without being shown.", () => {
  const sealer = openSealer(settings(key()));
  const kept = sealer.seal("wh_a", "whsec_aaaa");
  expect(sealer.open("wh_a", kept)).toBe("whsec_aaaa");
  expect(sealer.open("wh_b", kept)).toBeUndefined();
  expect(sealer.open("wh_a", `${kept.slice(0, -2)}${kept.endsWith("A") ? "BB" : "AA"}`)).toBeUndefined();
  for (const wrong of ["correct horse battery staple", randomBytes(16).toString("base64"), `${key()},${key()}`]) {
    const open = () => openSealer(settings(wrong));
    expect(open).toThrow("CERTFLEET_WEBHOOK_KEY: must be 32 random bytes in base64");
    expect(open).not.toThrow(wrong.slice(0, 12));
  }
});
