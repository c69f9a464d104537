// Promises about the one command that spends money: never a false yes, never a false no, never twice.
import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { Refused } from "../../../../src/shared/base/errors.ts";
import type { PurchaseOutcome } from "../../../../src/workers/enom/commands/commands.ts";
import { readAnswer } from "../../../../src/workers/enom/wire/envelope.ts";
import { purchaseOutcome } from "../../../../src/workers/enom/wire/purchase-outcome.ts";
import { closedPort, enomAt, errorDocument, fixture, pretendEnom, socketServer, type TestEnom } from "../support.ts";

const BOUGHT = fixture("PurchaseServices.ok");
const SLOT = { service: "Certificate-RapidSSL-RapidSSL", years: 1 };
const open = async (): Promise<void> => {};

function buy({ enom }: TestEnom, gate = open): Promise<PurchaseOutcome> {
  return enom.buySlot(SLOT, gate);
}

test("a purchase asks for the product and the term, and brings the certificate's and the order's number", async () => {
  const eNom = await pretendEnom([BOUGHT]);
  const shop = enomAt(eNom.url);

  const outcome = await buy(shop);

  expect(outcome).toEqual({ kind: "bought", certId: 900_123, orderId: 500_000_123 });
  expect(eNom.asked).toEqual([
    expect.objectContaining({ Command: "PurchaseServices", Service: SLOT.service, NumYears: "1" }),
  ]);
  expect(Object.keys(eNom.asked[0] ?? {})).toHaveLength(6);
  expect(shop.notes).toMatchObject([
    { command: "PurchaseServices", outcome: "ok", parameters: { Service: SLOT.service, NumYears: "1" } },
  ]);
});

test("a harmless no comes with eNom's words and codes", async () => {
  const eNom = await pretendEnom([
    errorDocument("PurchaseServices", { numbers: ["524181"], texts: ["Insufficient reseller balance"] }),
  ]);

  const outcome = await buy(enomAt(eNom.url));

  const text = "Insufficient reseller balance; Some words (524181)";
  expect(outcome).toEqual({ kind: "rejected", code: "no-account-with-funds", text, responseNumbers: ["524181"] });
});

test("a success cut at any byte is never taken for a purchase, nor an error cut at any byte for a rejection", () => {
  const answers = [
    Buffer.from(BOUGHT.trimEnd()),
    Buffer.from(errorDocument("PurchaseServices", { numbers: ["304155"] })),
  ];

  for (const whole of answers) {
    const kindAt = (end: number): string => {
      const answer = { status: 200, contentType: "text/xml", body: whole.subarray(0, end) };
      return purchaseOutcome(readAnswer("PurchaseServices", answer), () => "").kind;
    };
    const kinds = new Set(Array.from({ length: whole.length }, (_, end) => kindAt(end)));

    expect(kinds).toEqual(new Set(["unknown"]));
    expect(kindAt(whole.length)).not.toBe("unknown");
  }
});

test("the whole request leaves in one piece, after the gate has opened", async () => {
  const steps: string[] = [];
  const server = await socketServer((socket) => {
    steps.push("connected");
    socket.once("data", (bytes) => {
      steps.push(
        bytes.toString().startsWith("POST /interface.asp") && bytes.includes("NumYears=1") ? "whole request" : "a part",
      );
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${BOUGHT.length}\r\n\r\n${BOUGHT}`);
    });
  });

  const outcome = await buy(enomAt(server.url), async () => void steps.push("gate"));

  expect(outcome).toMatchObject({ kind: "bought" });
  expect(steps).toEqual(["connected", "gate", "whole request"]);
});

test("where no connection comes about, the gate is not even asked and nothing was sent", async () => {
  const gate = async (): Promise<void> => Promise.reject(new Error("must not be asked"));
  const deaf = await socketServer(() => {});

  const refused = await buy(enomAt(`http://127.0.0.1:${await closedPort()}/`), gate);
  const noHandshake = await buy(enomAt(deaf.url.replace("http:", "https:"), { limits: { connectMs: 60 } }), gate);

  for (const outcome of [refused, noHandshake]) {
    expect(outcome).toMatchObject({ kind: "not-sent", error: { name: "Unavailable" } });
    expect(outcome).not.toMatchObject({ error: { message: expect.stringContaining("must not be asked") } });
  }
  expect(deaf.received()).not.toContain("PurchaseServices");
});

test("a gate that stays shut keeps the request back and its reason is handed on", async () => {
  const server = await socketServer(() => {});
  const shop = enomAt(server.url);
  const reason = new Refused("another worker has sent it");

  const outcome = await buy(shop, () => Promise.reject(reason));

  expect(outcome).toEqual({ kind: "not-sent", error: reason });
  expect("error" in outcome && outcome.error).toBe(reason);
  expect(server.received()).toBe("");
  expect(shop.notes).toMatchObject([{ outcome: "not-sent", errors: ["another worker has sent it"] }]);
});

test("a gate that was opened too long ago is not gone through", async () => {
  const server = await socketServer(() => {});

  const outcome = await buy(enomAt(server.url, { limits: { gateMs: 0 } }));

  expect(outcome).toMatchObject({ kind: "not-sent", error: { message: expect.stringContaining("too long ago") } });
  expect(server.received()).toBe("");
});

/** What the other side may do while the gate is asked. */
const MEANWHILE: Record<string, (socket: Socket) => unknown> = {
  "hangs up": (socket) => socket.end(),
  "resets the connection": (socket) => socket.resetAndDestroy(),
  "speaks first": (socket) => socket.write("HTTP/1.1 200 OK\r\n\r\n"),
  "speaks first and hangs up": (socket) => socket.end("HTTP/1.1 408 Request Timeout\r\n\r\n"),
};

test.for(Object.entries(MEANWHILE))("a server that %s while the gate is asked is sent nothing", async ([, act]) => {
  const accepted = Promise.withResolvers<Socket>();
  const server = await socketServer(accepted.resolve);
  const shop = enomAt(server.url);

  const outcome = await buy(shop, async () => {
    const socket = await accepted.promise;
    act(socket);
    // Its effect has arrived once a later round trip over loopback is over.
    await fetch((await pretendEnom([BOUGHT])).url, { method: "POST" }).then((response) => response.text());
    if (!socket.destroyed && socket.writableEnded) await Promise.race([once(socket, "end"), once(socket, "close")]);
  });

  expect(outcome).toMatchObject({ kind: "not-sent", error: { name: "Unavailable" } });
  expect(server.received()).toBe("");
  expect(server.connections()).toBe(1);
});

test("a report that fails does not hide a purchase that was made", async () => {
  const eNom = await pretendEnom([BOUGHT]);
  const shop = enomAt(eNom.url);
  shop.notes.push = () => {
    throw new Error("disk full");
  };

  expect(await buy(shop)).toMatchObject({ kind: "bought" });
});
