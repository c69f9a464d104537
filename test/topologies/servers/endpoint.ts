// A TCP endpoint in front of servers that changes its target: connections that are open stay where they are.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { ServerPlace } from "./server.ts";

export interface Endpoint {
  port: number;
  /** New connections go there from now on. */
  lead: (port: number) => void;
}

/** As the endpoint of a managed Redis, or a name in DNS, does it. */
export async function startEndpoint({ life }: Pick<ServerPlace, "life">, target: number): Promise<Endpoint> {
  let leadsTo = target;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const there = connect(leadsTo, "127.0.0.1");
    for (const [one, other] of [
      [client, there],
      [there, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one
        .on("error", () => other.destroy())
        .on("close", () => {
          open.delete(one);
          other.destroy();
        });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  life.add("endpoint", () => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port,
    lead(port) {
      leadsTo = port;
    },
  };
}
