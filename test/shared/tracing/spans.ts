// A collector as OpenTelemetry's are: takes protobuf over HTTP, and keeps what of each span the stories look at.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface CollectedSpan {
  service: string;
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  attributes: Record<string, string>;
}

export interface Collector {
  url: string;
  spans: () => CollectedSpan[];
  /** Everything that came, as it came. */
  bytes: () => Buffer;
}

export async function startCollector(): Promise<Collector> {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (request.url === "/v1/traces") bodies.push(Buffer.concat(chunks));
      response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans: () => bodies.flatMap(spansIn),
    bytes: () => Buffer.concat(bodies),
  };
}

/** opentelemetry-proto, trace/v1: request 1 → resource spans (1 resource, 2 scope spans (2 span)). */
function spansIn(body: Buffer): CollectedSpan[] {
  return all(body, 1).flatMap((resourceSpans) => {
    const service = attributesIn(all(resourceSpans, 1)[0] ?? Buffer.of(), 1)["service.name"] ?? "";
    const spans = all(resourceSpans, 2).flatMap((scopeSpans) => all(scopeSpans, 2));
    return spans.map((span) => {
      const text = (field: number, encoding: "hex" | "utf8") => all(span, field)[0]?.toString(encoding) ?? "";
      const ids = { traceId: text(1, "hex"), spanId: text(2, "hex"), parentId: text(4, "hex") };
      return { service, ...ids, name: text(5, "utf8"), attributes: attributesIn(span, 9) };
    });
  });
}

function attributesIn(message: Buffer, field: number): Record<string, string> {
  return Object.fromEntries(
    all(message, field).map((pair) => {
      const value = all(pair, 2)[0] ?? Buffer.of();
      return [all(pair, 1)[0]?.toString() ?? "", all(value, 1)[0]?.toString() ?? ""];
    }),
  );
}

/** All length-delimited fields of this number; numbers are passed over. */
function all(message: Buffer, wanted: number): Buffer[] {
  const found: Buffer[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const [field, wire] = [Math.floor(tag / 8), tag % 8];
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else {
      const length = varint();
      if (field === wanted) found.push(message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}
