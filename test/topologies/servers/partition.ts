// A primary that its replica and the Sentinels cannot reach while everybody else can: a network that parted on the wrong side.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { ServerPlace } from "./server.ts";

export interface Partition {
  /** The address under which everybody knows the primary. */
  port: number;
  /** It leads there. */
  lead: (port: number) => void;
  /** Nothing comes through any more between the primary and those who watch or copy it; their connections stay open. */
  part: () => void;
  heal: () => void;
}

/** Sentinels give their connections this name, replicas ask with these commands (Redis 7, replication.c, sentinel.c). */
const WATCHES_OR_COPIES = /sentinel-|REPLCONF|PSYNC|__sentinel__/i;

export async function startPartition({ life }: Pick<ServerPlace, "life">): Promise<Partition> {
  let target = 0;
  const open = new Set<Socket>();
  const others = new Set<Socket>();
  let isParted = false;
  const server = createServer((client) => {
    const there = connect(target, "127.0.0.1");
    const both = [client, there];
    client.on("data", (bytes: Buffer) => {
      if (!others.has(client) && WATCHES_OR_COPIES.test(bytes.toString("latin1"))) {
        for (const socket of both) others.add(socket);
        if (isParted) for (const socket of both) socket.pause();
      }
      if (!(isParted && others.has(client))) there.write(bytes);
    });
    there.on("data", (bytes: Buffer) => client.write(bytes));
    for (const socket of both) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        others.delete(socket);
        for (const each of both) each.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  life.add("partition", () => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port,
    lead(to) {
      target = to;
    },
    part() {
      isParted = true;
      for (const socket of others) socket.pause();
    },
    heal() {
      isParted = false;
      for (const socket of others) socket.destroy(); // what was swallowed cannot be given back: they connect anew
    },
  };
}
