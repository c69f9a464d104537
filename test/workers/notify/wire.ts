// A mail server that takes everything and keeps each byte: what a relay really reads of us.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface Wire {
  url: string;
  /** Every line that was sent as a command, oldest first; the server says yes to whatever it is. */
  commands: string[];
  /** Every message as it came, dots unstuffed (RFC 5321, 4.5.2). */
  messages: string[];
  connections: () => number;
}

/** `silentAt` is where the server says nothing more: at its greeting, at a command, or behind the final dot. */
export async function aWire({ silentAt = "" }: { silentAt?: "" | "greeting" | "MAIL" | "dot" } = {}): Promise<Wire> {
  const commands: string[] = [];
  const messages: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let rest = "";
    let inMessage = false;
    const say = (line: string) => void socket.write(`${line}\r\n`);
    socket.on("error", () => {});
    if (silentAt !== "greeting") say("220 wire");
    socket.on("data", (bytes) => {
      rest += bytes.toString("latin1");
      for (;;) {
        const end = inMessage ? "\r\n.\r\n" : "\r\n";
        const at = rest.indexOf(end);
        if (at < 0) return;
        const piece = rest.slice(0, at);
        rest = rest.slice(at + end.length);
        if (inMessage) messages.push(`${piece}\r\n`.replace(/^\.\./gm, "."));
        else commands.push(piece);
        const word = inMessage ? "dot" : piece.slice(0, 4).toUpperCase();
        inMessage = word === "DATA";
        if (word !== silentAt) say(inMessage ? "354 go on" : "250 yes");
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, commands, messages, connections: () => sockets.length };
}
