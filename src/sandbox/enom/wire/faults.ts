// Ways in which an answer goes wrong on demand, played on a real socket.
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Document, Refusal } from "./answer.ts";

/** "Effect" is what the command does in the books. Where it is a choice, the default is none. */
export type Fault =
  /** Effect, then the connection is cut without an answer. */
  | { kind: "lose-answer" }
  /** No effect, the connection is cut. */
  | { kind: "lose-request" }
  /** The connection is cut at once; the effect comes when `until` resolves: a purchase that outlives its caller. */
  | { kind: "late-effect"; until: Promise<unknown> }
  /** Effect; the answer ends after so many bytes of its body, with nothing in the headers to tell. */
  | { kind: "cut"; bytes: number }
  | { kind: "status"; status: number; body?: string; effect?: boolean }
  /** HTTP 200 with a page for people. */
  | { kind: "html"; effect?: boolean }
  /** A well-formed refusal of one's own. */
  | ({ kind: "error"; effect?: boolean } & Refusal)
  /** Something happens first, such as a colleague's purchase between two pages; then the effect and the true answer. */
  | { kind: "meanwhile"; run: () => unknown }
  /** Effect at once, the true answer later. */
  | { kind: "delay"; ms: number }
  /** Never answers; the connection stays until the caller or the sandbox leaves. */
  | { kind: "hang"; effect?: boolean }
  | { kind: "body"; body: string; contentType?: string; effect?: boolean };

/** What a fault is played with. */
export interface Stage {
  response: ServerResponse;
  /** Lets the effect happen and answers the true document, as late as the latency wants. */
  effect: () => Promise<Document>;
  /** A refusal as a whole document. */
  refuse: (refusal: Refusal) => Document;
}

export async function play(fault: Fault, { response, effect, refuse }: Stage): Promise<void> {
  if ("effect" in fault && fault.effect) await effect();
  switch (fault.kind) {
    case "hang":
      return;
    case "lose-request":
      return cutOff(response);
    case "lose-answer":
      await effect();
      return cutOff(response);
    case "late-effect":
      cutOff(response);
      await fault.until;
      await effect();
      return;
    case "meanwhile":
      await fault.run();
      return send(response, await effect());
    case "delay": {
      const document = await effect();
      await pause(fault.ms, undefined, { ref: false }); // a long delay must not keep a closed sandbox alive
      return send(response, document);
    }
    case "cut":
      return sendCut(response, await effect(), fault.bytes);
    case "status":
      return send(response, { contentType: "text/html", body: fault.body ?? PAGE }, fault.status);
    case "html":
      return send(response, { contentType: "text/html", body: PAGE });
    case "error":
      return send(response, refuse(fault));
    case "body":
      return send(response, { contentType: fault.contentType ?? "text/xml; charset=utf-8", body: fault.body });
  }
}

export function send(response: ServerResponse, { contentType, body }: Document, status = 200): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

const PAGE = "<html><head><title>Maintenance</title></head><body><h1>We will be back soon.</h1></body></html>\n";

function cutOff(response: ServerResponse): void {
  response.socket?.destroy();
}

/** Ends by closing, as HTTP/1.0 did, so that only the document itself shows that something is missing. */
function sendCut(response: ServerResponse, { contentType, body }: Document, bytes: number): void {
  response.useChunkedEncodingByDefault = false;
  response
    .writeHead(200, { "content-type": contentType, connection: "close" })
    .end(Buffer.from(body).subarray(0, bytes));
}
