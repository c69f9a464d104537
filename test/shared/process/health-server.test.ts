// What a machine hears from a process' own port.
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { processHealth } from "../../../src/producers/cli/health/health.ts";
import { type HealthAnswers, startHealthServer } from "../../../src/shared/process/health-server.ts";

const well: HealthAnswers = { isReady: async () => null, metrics: async () => "up 1\n" };
const log = pino({ level: "silent" });

test("It answers in words, to GET and HEAD, and to nothing else; what it cannot find out is no, without the reason's own text.", async () => {
  const { ask } = await aServer({
    ...well,
    isAlive: () => "jobs of open wait",
    isReady: () => Promise.reject(new Error("order t-1 of shop.example.com")),
  });

  expect(await ask("/livez")).toEqual([503, "not alive: jobs of open wait\n"]);
  expect(await ask("/readyz?verbose")).toEqual([503, "It could not find out.\n"]);
  expect(await ask("/metrics")).toEqual([200, "up 1\n"]);
  expect(await ask("/metrics", "HEAD")).toEqual([200, ""]);
  expect(await ask("/livez", "POST")).toEqual([405, "Only GET and HEAD.\n"]);
  expect(await ask("/__proto__")).toEqual([404, "There is /livez, /readyz, /metrics.\n"]);
});

test("A port that is taken, or an address that is not this machine's, is an error of settings that says what to do.", async () => {
  const { port } = await aServer(well);
  const open = (place: { port: number; host: string }) => startHealthServer({ ...place, log }, well);

  await expect(open({ port, host: "127.0.0.1" })).rejects.toThrow(
    `CERTFLEET_HEALTH_PORT: ${port} of 127.0.0.1 is in use (EADDRINUSE): each process needs a port of its own`,
  );
  await expect(open({ port: 0, host: "192.0.2.1" })).rejects.toThrow(
    /CERTFLEET_HEALTH_HOST: nothing can listen at 192/,
  );
});

test("`health --process` asks the port of the settings, without Redis: 0 while it lives, 1 when it does not or is gone, 2 without a port.", async () => {
  const { port, stop } = await aServer(well);
  const ill = await aServer({ ...well, isAlive: () => "the worker of open has ended" });
  const health = (at: number | undefined, host = "0.0.0.0") =>
    processHealth({ CERTFLEET_HEALTH_PORT: at === undefined ? "" : `${at}`, CERTFLEET_HEALTH_HOST: host });

  expect(await health(port)).toMatchObject({ ending: "done", json: { alive: true } });
  expect(await health(ill.port)).toMatchObject({
    ending: "failed",
    note: "The process says: not alive: the worker of open has ended.",
  });
  await stop();
  expect(await health(port)).toMatchObject({
    ending: "failed",
    note: expect.stringMatching(/^No process responds at/),
  });
  expect(await health(undefined)).toMatchObject({ ending: "usage" });
});

async function aServer(answers: HealthAnswers) {
  const server = await startHealthServer({ port: 0, host: "127.0.0.1", log }, answers);
  onTestFinished(server.stop);
  const ask = async (path: string, method = "GET"): Promise<[number, string]> => {
    const response = await fetch(`${server.url}${path}`, { method });
    return [response.status, await response.text()];
  };
  return { ask, port: Number(new URL(server.url).port), stop: server.stop };
}
