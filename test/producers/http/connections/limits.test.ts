// Stories about connections, over real sockets: how many there may be, and what becomes of a request that does not come to its end.
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ConnectionLimits } from "../../../../src/producers/http/connections/limits.ts";
import { world } from "../world.ts";

/** A gateway that listens, with limits so small that a test reaches them. */
async function listening(connections: Partial<ConnectionLimits>) {
  const { app, lines } = await world({ connections });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const open = async (text = ""): Promise<Client> => {
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    const client = clientOf(socket);
    await new Promise((resolve) => socket.once("connect", resolve));
    if (text) socket.write(text);
    return client;
  };
  const count = (): Promise<number> =>
    new Promise((resolve, reject) => app.server.getConnections((error, n) => (error ? reject(error) : resolve(n))));
  return { open, count, lines };
}

interface Client {
  socket: Socket;
  /** Everything that came, once the other side has closed. */
  ended: Promise<string>;
  /** The first answer. */
  answered: Promise<string>;
}

function clientOf(socket: Socket): Client {
  let text = "";
  const answered = Promise.withResolvers<string>();
  socket.on("data", (chunk) => {
    text += `${chunk}`;
    if (text.includes("\r\n\r\n")) answered.resolve(text);
  });
  socket.on("error", () => undefined);
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  void ended.then(answered.resolve);
  return { socket, ended, answered: answered.promise };
}

const HEAD = "POST /v1/certificates HTTP/1.1\r\nHost: 127.0.0.1\r\n";
const BODY = `${HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"reference":`;
const ALIVE = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

test.for([
  ["nothing at all", ""],
  ["half its headers", HEAD],
  ["half its body", BODY],
  ["a second request by half", `${ALIVE}${HEAD}`],
])("whoever sends %s is closed after the time that is set, and told why", async ([, text]) => {
  const limits = { headersMs: 100, requestMs: 200, lookMs: 20 };
  const { open, count } = await listening(limits);

  const { ended, socket } = await open(text);
  socket.on("end", () => undefined); // hangs up by itself in no case: the gateway does not wait for it

  expect(await ended).toMatch(/HTTP\/1\.1 408 Request Timeout[\s\S]*took too long to arrive/);
  await expect.poll(count).toBe(0);
});

test("half-open connections and idle ones make room, the oldest first; whoever comes and asks is served", async () => {
  const { open, count, lines } = await listening({ most: 10 });
  const half = [];
  for (let i = 0; i < 10; i++) half.push(await open(i % 2 === 0 ? HEAD : BODY));
  await expect.poll(count).toBe(10);

  for (let i = 0; i < 7; i++) {
    const { answered } = await open(ALIVE);
    expect(await answered).toContain("200 OK");
  }

  await expect.poll(count).toBe(10);
  const isOpen = await Promise.all(
    half.map(({ ended }) => Promise.race([ended.then(() => false), new Promise((r) => setImmediate(() => r(true)))])),
  );
  expect(isOpen).toEqual([false, false, false, false, false, false, false, true, true, true]);
  expect(lines.join("")).toContain("http.crowded");
});

test("many at once: of a hundred half-open connections ten stay, and the gateway answers", async () => {
  const { open, count } = await listening({ most: 10 });
  await Promise.all(Array.from({ length: 100 }, () => open(HEAD)));

  expect(await (await open(ALIVE)).answered).toContain("200 OK");
  await expect.poll(count).toBeLessThanOrEqual(10);
});

test("a connection is closed behind its last request, and headers have an end", async () => {
  const { open } = await listening({ requests: 3, headerBytes: 2_000 });

  const { ended } = await open(ALIVE.repeat(3));
  const text = await ended;
  const long = await open(`${HEAD}X-Long: ${"a".repeat(5_000)}\r\n\r\n`);

  expect(text.match(/200 OK/g)).toHaveLength(3);
  expect(text.match(/connection: close/gi)).toHaveLength(1);
  expect(await long.ended).toMatch(/HTTP\/1\.1 431 .*[\s\S]*"code":"malformed"/);
});
