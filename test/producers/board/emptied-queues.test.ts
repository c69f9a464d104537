// Stories of a whole fleet whose queues are emptied through the board while orders are under way: every order is issued
// once, and every owner gets each mail once.
import { expect, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../../src/producers/main.ts";
import { issued, type World, world } from "../../support/world.ts";

const NO_WAITING = { processingMs: 0, ownerMs: 0, issueMs: 0, reissueMs: 0 };

async function fleet() {
  const w = await world({ timings: NO_WAITING });
  const gateway = await startGateway({ ...w.env, HOST: "127.0.0.1", PORT: "0", CERTFLEET_BOARD: "full" });
  onTestFinished(() => gateway.stop());
  const put = async (path: string, body?: object): Promise<number> => {
    const answer = await fetch(`${gateway.url}/queues/api/queues/${path}`, {
      method: "PUT",
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return answer.status;
  };
  const empty = async (queue: string): Promise<void> => {
    expect(await put(`${queue}/pause`)).toBe(200);
    expect(await put(`${queue}/obliterate`, { force: true })).toBe(200);
  };
  return { ...w, put, empty };
}

/** As if half a minute had passed. */
async function hurry({ redis, keys }: World): Promise<void> {
  for (const key of await redis.zrange(keys.askedMails, "0", "-1")) await redis.zadd(keys.askedMails, "XX", "0", key);
}

test("Mails of an issued order whose queue was paused and obliterated reach their owner, each once.", {
  timeout: 60_000,
}, async () => {
  const f = await fleet();
  await f.work(["open"]);
  expect(await f.put("notify/pause")).toBe(200);
  const reference = await f.order({});
  const { record } = await f.until(reference, issued, 30_000);
  const asked = record.timeline.filter(({ event }) => event === "mail.requested").length;
  await f.empty("notify");

  await f.work(["notify"]);
  await hurry(f);

  const subjects = () => f.mail.mails().map(({ subject }) => subject);
  await vi.waitFor(() => expect(subjects().length).toBeGreaterThan(asked), { timeout: 20_000 }); // the first comes with that of the order
  await vi.waitFor(async () => expect(await f.redis.zcard(f.keys.askedMails)).toBe(0), { timeout: 10_000 });
  expect(new Set(subjects()).size).toBe(subjects().length);
  expect(subjects().join("\n")).toMatch(/shop\.example\.com/);
});

test("Orders and reissues whose queues are obliterated while they run are issued all the same, and bought once.", {
  timeout: 60_000,
}, async () => {
  const f = await fleet();
  await f.work(["open", "reissue", "notify"]);
  const references = await Promise.all(Array.from({ length: 4 }, () => f.order({})));

  await f.empty("open");
  await f.empty("reissue");

  for (const reference of references) {
    const certificate = await f.until(reference, issued, 40_000);
    expect(certificate.purchases).toHaveLength(1);
  }
});
