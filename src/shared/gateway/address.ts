// Where a gateway listens, as HOST and PORT say it, and how it is asked there: over TCP, or over a Unix socket.
import { request } from "node:http";

export type Listening = { kind: "tcp"; host: string } | { kind: "unix"; path: string };

const UNIX = "unix:";

/** `HOST`: an address or a name, or `unix:/path`. */
export function listeningAt(host: string): Listening {
  return host.startsWith(UNIX) ? { kind: "unix", path: host.slice(UNIX.length) } : { kind: "tcp", host };
}

/** As people and programs of this machine reach it: `http://127.0.0.1:3000`, or `unix:/path`. */
export function gatewayUrlOf(host: string, port: number | string): string {
  if (listeningAt(host).kind === "unix") return host;
  const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
}

export interface GatewayAnswer {
  status: number;
  text: string;
}

/**
 * GET without any credential, following nothing. `gateway` is what `gatewayUrlOf` gives, or any address of http or https.
 * @throws Error when there is no answer within `ms`
 */
export async function askGateway(gateway: string, path: string, ms: number): Promise<GatewayAnswer> {
  const place = listeningAt(gateway);
  if (place.kind === "unix") return overSocket(place.path, path, ms);
  const answer = await fetch(`${gateway.replace(/\/$/, "")}${path}`, {
    redirect: "manual",
    signal: AbortSignal.timeout(ms),
  });
  return { status: answer.status, text: await answer.text() };
}

function overSocket(socketPath: string, path: string, ms: number): Promise<GatewayAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, timeout: ms, headers: { host: "localhost", connection: "close" } });
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${ms} ms`)));
    asked.on("error", reject);
    asked.on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      answer.on("error", reject).on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.end();
  });
}
