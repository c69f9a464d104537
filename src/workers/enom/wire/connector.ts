// Opens a connection to eNom: straight to its host or through a proxy, HTTP/1.1, and to nobody whose certificate was not
// verified.
import { request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import type { Socket } from "node:net";
import { type SecureVersion, TLSSocket } from "node:tls";
import { buildConnector } from "undici";

export interface Way {
  /** PEM of a private authority to trust instead of the public ones. */
  ca?: string | undefined;
  /** The oldest TLS version that is spoken; without it TLS 1.2. */
  tlsMinimum?: SecureVersion | undefined;
  /** An HTTP proxy that is asked with CONNECT (RFC 9110, 9.3.6): it sees the host's name and nothing that is said. */
  proxy?: URL | undefined;
}

/**
 * NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing here: the verdict is asked for, and no session is kept, because a
 * resumed one is not held against the host's name again.
 */
export function connectorTo({ ca, tlsMinimum, proxy }: Way, timeoutMs: number): buildConnector.connector {
  const isOld = tlsMinimum === "TLSv1" || tlsMinimum === "TLSv1.1";
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    keepAlive: false,
    maxCachedSessions: 0,
    ...(ca && { ca }),
    ...(tlsMinimum && { minVersion: tlsMinimum }),
    // OpenSSL 3 signs nothing with SHA-1 above level 0, and both old versions do (openssl-ciphers, SECLEVEL).
    ...(isOld && { ciphers: "DEFAULT@SECLEVEL=0" }),
  });
  const verified = (give: buildConnector.Callback): buildConnector.Callback => {
    return (...result) => {
      const [, socket] = result;
      if (!(socket instanceof TLSSocket) || socket.authorized) return give(...result);
      socket.destroy();
      return give(failureNamed("CERTIFICATE_NOT_VERIFIED"), null);
    };
  };
  if (!proxy) return (options, give) => connect(options, verified(give));
  return (options, give) => {
    openTunnel(proxy, options, timeoutMs).then(
      (httpSocket) => connect({ ...options, httpSocket }, verified(give)),
      (failure: Error) => give(failure, null),
    );
  };
}

/** Whatever goes wrong is told by a code alone: the proxy's address may hold a password. */
function openTunnel(proxy: URL, { hostname, port }: buildConnector.Options, timeoutMs: number): Promise<Socket> {
  const isTls = proxy.protocol === "https:";
  const target = `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port || 443}`;
  const login = [proxy.username, proxy.password].map(decodeURIComponent).join(":");
  return new Promise((resolve, reject) => {
    const asked = (isTls ? requestTls : requestPlain)({
      host: proxy.hostname.replace(/^\[|\]$/g, ""),
      port: proxy.port || (isTls ? 443 : 80),
      method: "CONNECT",
      path: target,
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        host: target,
        ...(login !== ":" && { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` }),
      },
    });
    const refuse = (status: number | undefined): void =>
      reject(failureNamed(status === 407 ? "PROXY_LOGIN_REFUSED" : "PROXY_REFUSED"));
    asked.once("connect", ({ statusCode }, socket: Socket) => {
      if (statusCode !== undefined && statusCode >= 200 && statusCode < 300) return resolve(socket);
      socket.destroy();
      return refuse(statusCode);
    });
    asked.once("response", ({ statusCode }) => {
      asked.destroy();
      refuse(statusCode);
    });
    asked.on("error", () => reject(failureNamed("PROXY_UNREACHABLE")));
    asked.end();
  });
}

function failureNamed(code: string): Error {
  return Object.assign(new Error(code), { code });
}
