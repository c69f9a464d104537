// Opens a connection to eNom: straight to its host, HTTP/1.1, and to nobody whose certificate was not verified.
import { TLSSocket } from "node:tls";
import { buildConnector } from "undici";

/**
 * `ca`: PEM of a private authority to trust instead of the public ones. NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing
 * here: the verdict is asked for, and no session is kept, because a resumed one is not held against the host's name
 * again.
 */
export function connectorTo(ca: string | undefined, timeoutMs: number): buildConnector.connector {
  const connect = buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    keepAlive: false,
    maxCachedSessions: 0,
    ...(ca && { ca }),
  });
  return (options, give) =>
    connect(options, (...result) => {
      const [, socket] = result;
      if (!(socket instanceof TLSSocket) || socket.authorized) return give(...result);
      socket.destroy();
      return give(Object.assign(new Error("not verified"), { code: "CERTIFICATE_NOT_VERIFIED" }), null);
    });
}
