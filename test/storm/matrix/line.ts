// A line between the fleet and a server of the outside: it carries everything, refuses, is silent, or lets answers through byte by byte.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type Weather = "clear" | "refuses" | "silent" | "trickles";

export interface Line {
  port: number;
  /** Counts at once, on open connections, too. */
  weather: Weather;
  /** Cuts every connection that is open now. */
  cut: () => void;
  close: () => Promise<void>;
}

/** Between two bytes of an answer that trickles: an answer of eNom's takes seconds then. */
const BYTE_MS = 2;

/** Listens on a free port of loopback and leads to `port` there. */
export async function openLine(port: number): Promise<Line> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  };
  const server = createServer((caller) => {
    keep(caller);
    if (line.weather === "refuses") {
      caller.resetAndDestroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    keep(far);
    caller.on("data", (bytes) => line.weather !== "silent" && far.write(bytes));
    caller.once("close", () => far.destroy());
    far.once("close", () => line.weather !== "silent" && answers.then(() => caller.end()));
    let answers = Promise.resolve();
    far.on("data", (bytes: Buffer) => {
      answers = answers.then(() => carry(bytes, caller));
    });
  });
  const carry = async (bytes: Buffer, caller: Socket): Promise<void> => {
    if (line.weather === "silent") return;
    for (let i = 0; i < bytes.length; i++) {
      if (line.weather !== "trickles") return void caller.write(bytes.subarray(i));
      caller.write(bytes.subarray(i, i + 1));
      await pause(BYTE_MS);
    }
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const line: Line = {
    port: (server.address() as AddressInfo).port,
    weather: "clear",
    cut,
    async close() {
      server.close();
      cut();
      await once(server, "close");
    },
  };
  return line;
}
