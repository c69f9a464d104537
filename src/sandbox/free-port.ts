// A port to listen on: the one people know when it is free, else any below those that systems hand out to connections
// (32768 and above on Linux): such a one may be taken again by the time somebody listens on it.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

export async function freePort(wanted: number, host = "127.0.0.1"): Promise<number> {
  for (let tries = 1; tries <= 20; tries++) {
    const free = await tryPort(wanted !== 0 && tries === 1 ? wanted : randomInt(10_000, 30_000), host);
    if (free !== undefined) return free;
  }
  return (await tryPort(0, host)) ?? 0;
}

async function tryPort(port: number, host: string): Promise<number | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
  } catch {
    return undefined;
  }
  const free = (server.address() as AddressInfo).port;
  server.close();
  await once(server, "close");
  return free;
}
