// Stories about long work that many ask for at once: made once, one at a time, and ended when nobody waits for it.
import { expect, test } from "vitest";
import { sharedWork } from "../../../../src/producers/http/forecast/shared-work.ts";
import { anOrder, world } from "../world.ts";

const waiting = (): AbortSignal => new AbortController().signal;

/** Work that is ended by hand, and counts how much of it runs. */
function stage() {
  const begun: { key: string; signal: AbortSignal; end: (answer: string) => void }[] = [];
  let now = 0;
  const work = sharedWork(() => now);
  const ask = (key: string, signal: AbortSignal = waiting()): Promise<string> =>
    work.find(
      key,
      (given) =>
        new Promise<string>((resolve, reject) => {
          begun.push({ key, signal: given, end: resolve });
          given.addEventListener("abort", () => reject(new Error("ended")));
        }),
      signal,
    );
  const pass = (ms: number): void => {
    now += ms;
  };
  const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { begun, ask, pass, soon };
}

test("ten who ask for the same get one answer, and whoever asks within five times its making gets it, too", async () => {
  const { begun, ask, pass, soon } = stage();
  const all = Array.from({ length: 10 }, () => ask("a"));
  await soon();
  pass(1_000);
  begun[0]?.end("the answer");

  expect(new Set(await Promise.all(all))).toEqual(new Set(["the answer"]));
  pass(4_999);
  expect(await ask("a")).toBe("the answer");
  expect(begun).toHaveLength(1);
  pass(1);
  const anew = ask("a");
  await soon();
  begun[1]?.end("another");
  expect(await anew).toBe("another");
});

test("different ones are made one after the other; of more than five the next is told when to come again", async () => {
  const { begun, ask, pass, soon } = stage();
  const all = ["a", "b", "c", "d", "e"].map((each) => ask(each));
  await soon();
  expect(begun.map(({ key }) => key)).toEqual(["a"]);

  await expect(ask("f")).rejects.toMatchObject({ name: "Unavailable", retryAfterSeconds: 2 });
  const same = ask("e");
  pass(3_000);
  for (let i = 0; i < 5; i++) {
    begun[i]?.end(`${i}`);
    await soon();
  }
  expect(await Promise.all([...all, same])).toEqual(["0", "1", "2", "3", "4", "4"]);
  expect(begun.map(({ key }) => key)).toEqual(["a", "b", "c", "d", "e"]);
});

test("it ends when the last one who waits for it leaves, not before; what was not begun by then never begins", async () => {
  const { begun, ask, soon } = stage();
  const [first, second, third] = [new AbortController(), new AbortController(), new AbortController()];
  const asked = [ask("a", first.signal), ask("a", second.signal), ask("b", third.signal)];
  const ended = Promise.allSettled(asked);
  await soon();
  first.abort();
  await soon();
  expect(begun[0]?.signal.aborted).toBe(false);
  third.abort();
  second.abort();
  await ended;

  expect(begun[0]?.signal.aborted).toBe(true);
  const next = ask("c");
  await soon();
  begun[1]?.end("goes on");
  expect(await next).toBe("goes on");
  expect(begun.map(({ key }) => key)).toEqual(["a", "c"]);
});

test("over HTTP twenty who ask at once have the fleet read once, a sixth question is answered with 503 and Retry-After", async () => {
  const w = await world();
  await w.call("POST", "/v1/certificates", await anOrder());
  const held = Promise.withResolvers<void>();
  const { list } = w.certificates;
  let read = 0;
  w.certificates.list = async (...asked) => {
    read++;
    await held.promise;
    return list(...asked);
  };

  const same = Array.from({ length: 20 }, () => w.call("GET", "/v1/forecast?years=3"));
  const others = [1, 2, 4, 6].map((years) => w.call("GET", `/v1/forecast?years=${years}`));
  const tooMany = await w.call("GET", "/v1/forecast?years=7");
  held.resolve();
  const answers = await Promise.all([...same, ...others]);

  expect(tooMany).toMatchObject({ status: 503, body: { type: "/docs/problems/unavailable" } });
  expect(Number(tooMany.headers["retry-after"])).toBeGreaterThan(0);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(read).toBe(5);
});
