// A port to listen on: the one people know when it is free, else any.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

export async function freePort(wanted: number, host = "127.0.0.1"): Promise<number> {
  return (await tryPort(wanted, host)) ?? (await tryPort(0, host)) ?? 0;
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
