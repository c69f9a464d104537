// Stories about the feed of events: read page by page with a cursor, waited for, and listened to as a stream.
import { expect, test, vi } from "vitest";
import { hashOf } from "../../../../../src/shared/authority/keys/secret.ts";
import { withEvent } from "../../../../../src/shared/certificate/record.ts";
import { eventTypeNames } from "../../../../../src/shared/events/event-types.ts";
import { eventsText } from "../../../../../src/shared/events/write.ts";
import { orderBody } from "../../../../support/order.ts";
import { world as gateway, NOW } from "../../world.ts";

type Event = { id: string; type: string; timestamp: string; data: { reference?: string } };

async function fleet(given: Parameters<typeof gateway>[0] = {}) {
  const g = await gateway(given);
  const read = async (query: string, headers = {}) => {
    const answer = await g.call("GET", `/v1/events${query}`, undefined, headers);
    return {
      ...answer,
      items: (answer.body as { items: Event[] }).items,
      next: (answer.body as { nextCursor: string }).nextCursor,
    };
  };
  const order = async (reference: string): Promise<void> => {
    const answer = await g.call("POST", "/v1/certificates", await orderBody({ reference }));
    expect(answer.status).toBe(202);
  };
  const change = async (reference: string): Promise<void> => {
    const certificate = await g.certificates.find(reference);
    if (!certificate) throw new Error("no order");
    const record = withEvent(certificate.record, NOW, "certificate.changed");
    await g.certificates.save({ ...certificate, record }, NOW);
  };
  return { ...g, read, order, change };
}

/** How often Redis is asked for events, and how many of these questions were under way at once at most. */
function watchLooks({ redis }: { redis: unknown }) {
  const scripts = redis as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const name = "certfleet:read-events";
  const ask = scripts[name]?.bind(redis);
  let [count, now] = [0, 0];
  const looks = {
    atOnce: 0,
    async untilMore(more: number) {
      const enough = count + more;
      await vi.waitFor(() => expect(count).toBeGreaterThanOrEqual(enough), { timeout: 20_000 });
    },
  };
  vi.spyOn(scripts, name).mockImplementation(async (...args) => {
    count++;
    looks.atOnce = Math.max(looks.atOnce, ++now);
    try {
      return await ask?.(...args);
    } finally {
      now--;
    }
  });
  return looks;
}

const shown = (items: readonly Event[]) => items.map(({ type, data }) => `${type} ${data.reference}`);

test("a reader hears everything once and in order, keeps nothing but a cursor, and asks for types and orders", async () => {
  const f = await fleet();
  const empty = await f.read("");
  expect(empty).toMatchObject({ status: 200, items: [] });
  await f.order("a");
  await f.order("b");
  await f.change("a");

  const first = await f.read(`?after=${empty.next}&limit=2`);
  const second = await f.read(`?after=${first.next}`);
  const third = await f.read(`?after=${second.next}`);

  expect(shown([...first.items, ...second.items])).toEqual([
    "certificate.ordered a",
    "certificate.ordered b",
    "certificate.changed a",
  ]);
  expect(first.items[0]).toMatchObject({ timestamp: NOW.toISOString(), data: { status: "ordered", certId: null } });
  expect(third).toMatchObject({ items: [], next: second.next });
  expect(shown((await f.read("?reference=a&types=certificate.changed,certificate.issued")).items)).toEqual([
    "certificate.changed a",
  ]);
  expect(shown((await f.read("?types=certificate.ordered&types=mail.*")).items)).toHaveLength(2);
  expect((await f.read("?after=latest")).next).toBe(second.next);
  // As a program sends it that has nothing to say yet.
  for (const bare of ["?after=&types=&reference=&wait=0", "?after=0", "?after=0-0"])
    expect((await f.read(bare)).items, bare).toHaveLength(3);
});

test("a cursor or a type that cannot be is refused, and a cursor whose events are gone is told what to do", async () => {
  const f = await fleet();
  await f.order("a");
  const { next } = await f.read("");
  for (const wrong of [
    "after=yesterday",
    "after=1-",
    "types=certificate.lost",
    "types=,nothing",
    "wait=31",
    "limit=0",
    "since=1",
  ])
    expect((await f.call("GET", `/v1/events?${wrong}`)).status, wrong).toBe(422);
  const unknown = await f.call("GET", "/v1/events?types=certificate.lost");
  for (const name of eventTypeNames) expect(unknown.text).toContain(name);

  await f.redis.del(f.keys.events, f.keys.eventsBegun); // a Redis that forgot all
  // Places are times of Redis': the new beginning is to lie behind the old end.
  const isLater = async () =>
    expect(Number((await f.redis.time()).join("")) / 1_000).toBeGreaterThan(Number.parseInt(next, 10) + 2);
  await vi.waitFor(isLater);
  await f.order("b");
  const gone = await f.call("GET", `/v1/events?after=${next}`);
  expect(gone).toMatchObject({ status: 410, body: { type: "/docs/problems/events-gone" } });
  expect(gone.text).toContain("updated_since");
  expect((await f.call("GET", `/v1/events/stream?after=${next}`)).status).toBe(410);

  const { next: last } = await f.read("");
  await f.order("c");
  await f.redis.xtrim(f.keys.events, "MAXLEN", 1);
  expect((await f.read(`?after=${last}`)).status).toBe(410);
  // Redis lost its last moments: who has seen them hears what follows.
  expect((await f.read("?after=99999999999999-0")).status).toBe(200);
});

test("whoever waits is answered as soon as something wanted comes, all with one look at Redis, and at once when the gateway stops", async () => {
  const f = await fleet();
  await f.order("a");
  const { next } = await f.read("");
  const looks = watchLooks(f);
  const waiting = Array.from({ length: 10 }, () => f.read(`?after=${next}&wait=30&reference=b`));
  // Each looked at most twice for itself: when it came, and when the common reader had begun.
  await looks.untilMore(25);
  looks.atOnce = 0;
  await looks.untilMore(5);
  expect(looks.atOnce).toBe(1);
  await f.order("c");
  await f.order("b");

  for (const each of await Promise.all(waiting)) expect(shown(each.items)).toEqual(["certificate.ordered b"]);

  const late = Array.from({ length: 3 }, () => f.read("?after=latest&wait=30"));
  await looks.untilMore(5); // one for each, and those of the reader that they have in common
  const closing = f.app.close();
  for (const each of await Promise.all(late)) expect(each).toMatchObject({ status: 200, items: [] });
  await closing;
});

test("one caller cannot wait so often that nobody else can", async () => {
  const f = await fleet();
  const most = Array.from({ length: 20 }, () => f.read("?after=latest&wait=30"));
  // Until all of them wait one more may.
  const tooMany = await vi.waitUntil(
    async () => {
      const answer = await f.call("GET", "/v1/events?after=latest&wait=1");
      return answer.status === 429 ? answer : undefined;
    },
    { timeout: 20_000 },
  );
  expect(tooMany.headers["retry-after"]).toBe("5");
  expect((await f.read("?after=latest")).status).toBe(200);
  await f.order("a");
  for (const each of await Promise.all(most)) expect(each.status).toBe(200);
  expect((await f.read("?after=latest&wait=1")).status).toBe(200);
});

test("a key that may read no accounts hears nothing of them", async () => {
  const key = (id: string, scopes: string[]) => ({ id, sha256: hashOf(`secret-of-${id}`), scopes });
  const apiKeys = [
    key("shop", ["certificates:read"]),
    key("desk", ["certificates:read", "accounts:read"]),
    key("none", ["accounts:read"]),
  ];
  const f = await fleet({ apiKeys: apiKeys as never });
  const as = (id: string) => ({ authorization: `Bearer secret-of-${id}` });
  const data = { account: "main", available: "1.00", minimum: "2.00" };
  const fell = { type: "account.low-balance" as const, at: NOW.toISOString(), subject: "account/main", data };
  for (const [type, at, subject, text] of JSON.parse(eventsText([fell])))
    await f.redis.xadd(f.keys.events, "*", "type", type, "at", at, "subject", subject, "data", text);

  expect((await f.read("", as("shop"))).items).toEqual([]);
  expect((await f.read("", as("desk"))).items).toMatchObject([{ type: "account.low-balance", data }]);
  expect((await f.call("GET", "/v1/events", undefined, as("none"))).status).toBe(403);
});

test("a listener gets what comes, goes on behind the last one it heard, and the stream ends when the gateway stops", async () => {
  const f = await fleet({ streams: {} });
  await f.order("a");
  const url = await f.app.listen({ port: 0, host: "127.0.0.1" });
  const listen = async (headers: Record<string, string>) => {
    const answer = await fetch(`${url}/v1/events/stream`, { headers });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    const over = (async () => {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) text += part.value;
    })();
    return { answer, over, text: () => text, hangUp: () => reader?.cancel() };
  };
  const { next } = await f.read("");
  const fresh = await listen({});
  expect(fresh.answer.headers.get("content-type")).toContain("text/event-stream");
  await vi.waitFor(() => expect(fresh.text()).toContain(`id: ${next}\n\n`), { timeout: 20_000 });
  await f.order("b");
  await vi.waitFor(() => expect(fresh.text()).toContain("event: certificate.ordered\n"), { timeout: 20_000 });
  const { items } = await f.read(`?after=${next}`);
  expect(fresh.text()).toContain(
    `id: ${items[0]?.id}\nevent: certificate.ordered\ndata: ${JSON.stringify(items[0])}\n\n`,
  );
  await fresh.hangUp();

  await f.order("c");
  const [last] = (await f.read(`?after=${items[0]?.id}`)).items;
  const again = await listen({ "last-event-id": items[0]?.id ?? "" });
  await vi.waitFor(() => expect(again.text()).toContain('"reference":"c"'), { timeout: 20_000 });
  expect(again.text()).not.toContain('"reference":"b"');
  // Whoever loses the stream between two lines must not be sent behind what it has not heard.
  expect(again.text().indexOf("id: ")).toBe(again.text().indexOf(`id: ${last?.id}\nevent: `));
  await f.app.close();
  await again.over;
});
