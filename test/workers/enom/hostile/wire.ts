// Ways to send bytes wrongly: each play gets the socket once the whole request has come, or as soon as it is connected.
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";

export interface Stage {
  socket: Socket;
  /** The address of a server that must never see a byte. */
  elsewhere: string;
}

export type WirePlay = (stage: Stage) => void;

type Body = string | Uint8Array;

/** One answer as bytes. `head` replaces or adds header fields, an empty text takes one away. */
export function bytes(body: Body, head: Record<string, string> = {}, statusLine = "HTTP/1.1 200 OK"): Buffer {
  const content = Buffer.from(body);
  const fields = { "content-type": "text/xml; charset=utf-8", "content-length": String(content.length), ...head };
  const lines = Object.entries(fields).flatMap(([name, value]) => (value === "" ? [] : [`${name}: ${value}`]));
  return Buffer.concat([Buffer.from(`${[statusLine, ...lines].join("\r\n")}\r\n\r\n`), content]);
}

/** Sends these bytes and leaves the connection open, as a server that keeps it alive does. */
export function sends(...pieces: Body[]): WirePlay {
  return ({ socket }) => void socket.write(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
}

export function sendsAndCloses(...pieces: Body[]): WirePlay {
  return ({ socket }) => void socket.end(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
}

export function answers(body: Body, head?: Record<string, string>, statusLine?: string): WirePlay {
  return sends(bytes(body, head, statusLine));
}

export function redirects(status: number, body: string): WirePlay {
  return (stage) => sends(bytes(body, { location: stage.elsewhere }, `HTTP/1.1 ${status} Found`))(stage);
}

/** The first bytes, then a reset. */
export function resetsAfter(body: Body): WirePlay {
  return ({ socket }) => void socket.write(body, () => socket.resetAndDestroy());
}

/** One byte every few milliseconds: no idle time-out would ever end it. */
export function trickles(first: string, byte: string): WirePlay {
  return ({ socket }) => {
    socket.write(first);
    const drop = setInterval(() => socket.write(byte), 5);
    socket.once("close", () => clearInterval(drop));
  };
}

/** The whole answer in single bytes, as fast as they leave. */
export function spells(whole: Buffer): WirePlay {
  return async ({ socket }) => {
    for (const byte of whole) await new Promise((sent) => socket.write(Uint8Array.of(byte), sent));
  };
}

/** `megabytes` of `filling` after `head`, as fast as the other side takes them. */
export function pours(head: Body, filling: string, megabytes: number): WirePlay {
  const chunk = Buffer.alloc(2 ** 16, filling);
  return async ({ socket }) => {
    socket.write(head);
    for (let poured = 0; poured < megabytes * 2 ** 20 && !socket.destroyed; poured += chunk.length) {
      if (!(await new Promise<boolean>((sent) => socket.write(chunk, (error) => sent(!error))))) return;
    }
    socket.end();
  };
}

/** As chunks of the given sizes, whatever is in them. */
export function chunked(...chunks: [size: string, content: string][]): WirePlay {
  const head = bytes("", { "content-length": "", "transfer-encoding": "chunked" });
  return sends(head, ...chunks.map(([size, content]) => `${size}\r\n${content}\r\n`));
}

/** Fifty million bytes when it is unpacked. */
export function gzipBomb(): Buffer {
  return gzipSync(Buffer.alloc(50_000_000, " "));
}
