// Where a delivery may lead: names that are pointed elsewhere after they were registered, and answers without end.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { makeSecret } from "../../../src/shared/webhooks/endpoint.ts";
import { targetFault } from "../../../src/shared/webhooks/target.ts";
import { openSender } from "../../../src/workers/webhook/send.ts";
import { webhookFleet } from "./fleet.ts";
import { receiver } from "./receiver.ts";

test.each(["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])(
  "a name that was public when it was registered and resolves to %s at the second look is refused",
  async (address) => {
    const looks = [["192.0.43.8"], ["192.0.43.8", address]];
    const resolve = async () => looks.shift() ?? [address];
    const url = "https://hook.example/x";
    expect(await targetFault({ url, allowPrivate: false }, resolve)).toBeUndefined();

    const sender = openSender({ url, allowPrivate: false, secrets: [makeSecret()], resolve });
    const first = await sender.send({ id: "1-0", body: "{}" });
    sender.close();

    expect(first).toMatchObject({ isDelivered: false, status: null });
    expect(first.error).toBe(`hook.example has the address ${address}, which is not public`);
  },
);

test("the connection goes to the address that was checked, whatever the name says a moment later", async () => {
  const secret = makeSecret();
  const r = await receiver(() => [secret]);
  const { port } = new URL(r.url);
  const asked: string[] = [];
  const resolve = async (host: string) => {
    asked.push(host);
    return asked.length === 1 ? ["127.0.0.1"] : ["192.0.2.1"];
  };
  const url = `http://nowhere.invalid:${port}/hook`;
  const sender = openSender({ url, allowPrivate: true, secrets: [secret], resolve });
  const answer = await sender.send({ id: "1-0", body: JSON.stringify({ id: "1-0", type: "x", data: {} }) });
  sender.close();

  expect(answer).toMatchObject({ isDelivered: true, status: 200 });
  expect(asked).toEqual(["nowhere.invalid"]);
  expect(r.got[0]?.headers.host).toBe(`nowhere.invalid:${port}`);
});

test("an answer without end is read as far as the log shows it; no answer is waited for no longer than the limit", async () => {
  const server = createServer((request, answer) => {
    if (request.url === "/silent") return;
    answer.writeHead(200);
    const more = setInterval(() => answer.write("x".repeat(1_000)), 1);
    answer.on("close", () => clearInterval(more));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const send = (path: string, timeoutMs: number) => {
    const url = `http://127.0.0.1:${port}${path}`;
    const options = { url, allowPrivate: true, secrets: [makeSecret()], resolve: async () => [], timeoutMs };
    return openSender(options).send({ id: "1-0", body: "{}" });
  };

  expect(await send("/endless", 10_000)).toMatchObject({ isDelivered: true, status: 200, error: null });
  expect(await send("/silent", 100)).toMatchObject({ isDelivered: false, error: "no answer within 0.1 seconds" });
});

test("an endpoint that does not answer keeps nobody from another one's events", async () => {
  const f = await webhookFleet();
  const secrets: string[] = [];
  const slow = await receiver(() => secrets);
  const quick = await receiver(() => secrets);
  for (const { url } of [slow, quick])
    secrets.push((await f.store.create({ url, events: ["*"], allowPrivate: true }, f.clock.now())).secret);
  const held: (() => void)[] = [];
  slow.respond((answer) => held.push(() => answer.writeHead(200).end()));
  for (let number = 0; number < 20; number++) await f.tell(`bill-${number}`, number);

  const looking = f.look();
  await expect.poll(() => [quick.taken.length, slow.got.length], { timeout: 10_000 }).toEqual([20, 8]); // eight side by side, and no more
  slow.respond((answer) => answer.writeHead(200).end());
  for (const answer of held) answer();
  await looking;
  await f.look();
  expect(slow.taken.length).toBe(20);
});
