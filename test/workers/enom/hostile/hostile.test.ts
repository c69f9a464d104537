// The walk through everything that may come back instead of an answer.
import { expect, test } from "vitest";
import { Refused, Unavailable, Uncertain } from "../../../../src/shared/base/errors.ts";
import type { PurchaseOutcome } from "../../../../src/workers/enom/commands/commands.ts";
import { closedPort, enomAt, failure, fixture, pretendEnom, type SocketServer, socketServer } from "../support.ts";
import { HOSTILE } from "./hostile.ts";
import type { Row } from "./meaning.ts";
import { bytes, pours, type Stage } from "./wire.ts";

const SLOT = { service: "Certificate-RapidSSL-RapidSSL", years: 1 };

/** A server that plays the row on each connection, once the whole request has come. */
function hostileServer({ play, early }: Row, elsewhere: string): Promise<SocketServer> {
  return socketServer((socket) => {
    const perform = (): void => {
      const stage: Stage = { socket, elsewhere };
      if (typeof play === "string") socket.write(bytes(play));
      else play(stage);
    };
    if (early) return perform();
    let request = "";
    socket.on("data", (some) => {
      request += some.toString("latin1");
      if (isWhole(request)) perform();
    });
  });
}

function isWhole(request: string): boolean {
  const [head = "", body] = request.split("\r\n\r\n");
  return body !== undefined && body.length === Number(/content-length: (\d+)/i.exec(head)?.[1]);
}

async function addressOf({ where }: Row, server: SocketServer): Promise<string> {
  if (where === "nowhere") return `http://127.0.0.1:${await closedPort()}/`;
  return where === "tls" ? server.url.replace("http:", "https:") : server.url;
}

/** How a promise ended, in the table's words. */
function ending(promise: Promise<unknown>, well: string): Promise<string> {
  return promise.then(
    () => well,
    (error: Error) => {
      if (error instanceof Refused) return `refused ${error.code}`;
      if (error instanceof Unavailable) return "unavailable";
      return error instanceof Uncertain ? "uncertain" : `a stray ${error.name}: ${error.message}`;
    },
  );
}

function wordsOf(outcome: PurchaseOutcome): string {
  if (outcome.kind === "bought") return `bought ${outcome.certId} ${outcome.orderId}`;
  if (outcome.kind === "ordered") return `ordered ${outcome.orderId}`;
  return outcome.kind === "rejected" ? `rejected ${outcome.code}` : outcome.kind;
}

test.for(HOSTILE)("$name: a question ends as $means.0, an effect as $means.1, a purchase as $means.2", async (row) => {
  const elsewhere = await socketServer(() => {});
  const server = await hostileServer(row, elsewhere.url);
  const url = await addressOf(row, server);
  const time = row.endless ? 200 : 5_000;
  const { client, enom, notes } = enomAt(url, { limits: { connectMs: 5_000, readMs: time, writeMs: time } });

  if (row.ask) {
    const asked = row.ask(enom);

    expect(await ending(asked, "answer")).toBe(row.means[0]);
    if (row.gives) expect(await asked).toMatchObject(row.gives);
    return;
  }
  const ends = await Promise.all([
    ending(client.ask("PurchaseServices"), "answer"),
    ending(client.act("PurchaseServices", {}), "done"),
    enom.buySlot(SLOT, async () => {}).then(wordsOf),
  ]);

  for (const [index, end] of ends.entries()) expect(row.means[index]?.split(" or ")).toContain(end);
  expect(notes.map(({ outcome }) => outcome).includes("unknown"), "the purchase's note").toBe(ends[2] === "unknown");
  expect(notes).toHaveLength(3);
  expect(elsewhere.connections(), "another server was spoken to").toBe(0);
  const written = server.received().match(/Command=PurchaseServices/g)?.length ?? 0;
  if (row.where || row.early) expect(written).toBeLessThanOrEqual(3);
  else expect(written, "each request was written once").toBe(3);
});

test("of a body without end no more is taken than two million bytes and what the wire holds, and memory stays small", async () => {
  const head = bytes("", { "content-length": String(50 * 2 ** 20) });
  const pushed: number[] = [];
  const server = await socketServer((socket) => {
    socket.once("close", () => pushed.push(socket.bytesWritten));
    socket.once("data", () => pours(head, " ", 50)({ socket, elsewhere: "" }));
  });
  const { client, enom } = enomAt(server.url);
  const before = process.memoryUsage.rss();

  expect(await failure(client.ask("GetBalance"))).toBeInstanceOf(Unavailable);
  expect(await failure(client.act("CertModifyOrder", {}))).toBeInstanceOf(Uncertain);
  expect(await enom.buySlot(SLOT, async () => {})).toMatchObject({ kind: "unknown" });

  expect(process.memoryUsage.rss() - before).toBeLessThan(30_000_000);
  await expect.poll(() => pushed.length, { interval: 5 }).toBe(3);
  for (const count of pushed) expect(count).toBeLessThan(20_000_000);
});

test("a second answer that nobody asked for is not taken for the next question's", async () => {
  const [first, stray] = ["1,939.50", "7.00"].map((sum) => fixture("GetBalance.ok").replace("1,939.50", sum));
  const eNom = await pretendEnom([
    (_response, { socket }) => void socket.write(Buffer.concat([bytes(first ?? ""), bytes(stray ?? "")])),
    fixture("GetBalance.ok").replace("1,939.50", "2.00"),
  ]);
  const { enom } = enomAt(eNom.url);

  expect(await enom.balance()).toMatchObject({ available: "1939.50" });
  expect(await enom.balance()).toMatchObject({ available: "2.00" });
});
