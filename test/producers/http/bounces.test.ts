// Promise: an operator sees over HTTP which addresses refuse our mail, and can have one written to again.
import { expect, test } from "vitest";
import { bounceList } from "../../../src/shared/mail/bounces.ts";
import { NOW, world } from "./world.ts";

const answered = {
  answer: "the mail relay mail.example:25 answered 550 5.1.1 unknown",
  template: "certificate-issued",
};

test("The list shows each address with the answer, the time and the mails that did not go out, newest first.", async () => {
  const { call, redis, keys } = await world();
  const bounces = bounceList(redis, keys);
  await bounces.add({ address: "Old@example.com", at: "2026-10-01T00:00:00.000Z", ...answered });
  await bounces.add({ address: "new@example.com", at: NOW.toISOString(), ...answered });
  await bounces.withhold("NEW@example.com");

  const { status, body } = await call("GET", "/v1/bounces");

  expect(status).toBe(200);
  expect(body).toEqual({
    items: [
      { address: "new@example.com", at: NOW.toISOString(), count: 2, ...answered },
      { address: "old@example.com", at: "2026-10-01T00:00:00.000Z", count: 1, ...answered },
    ],
  });
});

test("An address is cleared once, however its letters are written; one that is not there is not found, nor what is none.", async () => {
  const { app, redis, keys } = await world();
  await bounceList(redis, keys).add({ address: "ada@example.com", at: NOW.toISOString(), ...answered });
  const clear = async (address: string) => {
    const url = `/v1/bounces/${encodeURIComponent(address)}`;
    const answer = await app.inject({ method: "DELETE", url });
    return { status: answer.statusCode, ...answer.json<{ cleared?: string; type?: string }>() };
  };
  const notFound = { status: 404, type: "/docs/problems/not-found" };

  expect(await clear("Ada@Example.com")).toEqual({ status: 200, cleared: "ada@example.com" });
  expect(await clear("ada@example.com")).toMatchObject(notFound);
  expect(await clear("ada, eve@example.com")).toMatchObject(notFound);
  expect(await bounceList(redis, keys).all()).toEqual([]);
});

test("Mails that fail in the same moment are all counted.", async () => {
  const { redis, keys } = await world();
  const bounces = bounceList(redis, keys);

  await Promise.all(
    Array.from({ length: 20 }, () => bounces.add({ address: "ada@example.com", at: NOW.toISOString(), ...answered })),
  );

  expect(await bounces.all()).toMatchObject([{ count: 20 }]);
});
