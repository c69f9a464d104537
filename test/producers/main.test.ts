// Stories about the gateway as a process: what it wants before it starts, and how it stops.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, inject, onTestFinished, test } from "vitest";
import { startGateway } from "../../src/producers/main.ts";

const settings = (given: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  REDIS_URL: inject("redisUrl"),
  CERTFLEET_PREFIX: `{sandbox-${randomUUID()}}`,
  LOG_LEVEL: "silent",
  PORT: "0",
  ...given,
});

async function started(given: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(settings(given));
  onTestFinished(gateway.stop);
  return gateway;
}

test("A gateway on its own port answers over real HTTP, and is gone after its stop.", async () => {
  const { url, stop } = await started();

  const answer = await fetch(`${url}/readyz`);
  expect(await answer.json()).toEqual({ status: "ready", fleet: expect.any(String) });
  await Promise.all([stop(), stop()]);

  await expect(fetch(`${url}/readyz`)).rejects.toThrow();
});

test("A request that is being answered at the stop is answered to its end; no new one is taken.", async () => {
  const { url, stop } = await started();
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const answer = text(socket);
  socket.write(
    "POST /v1/certificates HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{",
  );
  await fetch(`${url}/healthz`); // the socket's head was read before this came through

  const stopped = stop();
  await expect(fetch(`${url}/healthz`, { headers: { connection: "close" } })).rejects.toThrow();
  socket.write("}");

  expect(await answer).toMatch(/^HTTP\/1\.1 422 /);
  await stopped;
});

test("A key from the environment, or its hash in the file, opens the API to other machines' addresses.", async () => {
  const { url } = await started({ HOST: "0.0.0.0", CERTFLEET_API_KEY: "a-key-of-sixteen-characters" });

  expect((await fetch(`${url}/v1/certificates`)).status).toBe(401);
  const headers = { authorization: "Bearer a-key-of-sixteen-characters" };
  expect((await fetch(`${url}/v1/certificates`, { headers })).status).toBe(200);
});

test("Without any key a gateway refuses to listen to other machines, and names both remedies.", async () => {
  const open = startGateway(settings({ HOST: "0.0.0.0" }));
  await expect(open).rejects.toThrow(/CERTFLEET_API_KEY.*HOST to 127\.0\.0\.1/);
});

test("Everything that is wrong with the settings is said at once, and no value is shown.", async () => {
  const wrong = settings({ REDIS_URL: "", CERTFLEET_API_KEY: "shortkey", PORT: "99999", BOARD_PASSWORD: "short" });
  const error = await startGateway(wrong).catch((caught: Error) => caught);
  expect(`${error}`).toMatch(/REDIS_URL[\s\S]*PORT[\s\S]*CERTFLEET_API_KEY[\s\S]*BOARD_PASSWORD/);
  expect(`${error}`).not.toMatch(/shortkey|99999/);
  await expect(startGateway(settings({ BOARD_USER: "ops" }))).rejects.toThrow("set both, or neither");
});

test("A port that is taken is a setting to fix, and nothing stays open behind it.", async () => {
  const { url } = await started();
  const { port } = new URL(url);
  const taken = startGateway(settings({ PORT: port }));
  await expect(taken).rejects.toMatchObject({
    problems: [`PORT ${port} of 127.0.0.1 is in use (EADDRINUSE): stop the program that uses it, or set another PORT`],
  });
});

test("A connection that only stands idle does not hold up the stop.", async () => {
  const { url, stop } = await started();
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(socket, "data");

  const closed = once(socket, "close");
  await stop();
  await closed;
});
