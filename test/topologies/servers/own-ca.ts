// A CA of our own with a certificate for this machine, for servers that speak TLS only and want to see a client's certificate.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Paths of PEM files: the CA, and one certificate with its key that servers and clients show alike. */
export interface TlsFiles {
  ca: string;
  cert: string;
  key: string;
}

/** Makes them anew. No client of this machine trusts the CA by itself. */
export function makeTlsFiles(folder: string): TlsFiles {
  mkdirSync(folder, { recursive: true });
  const file = (name: string): string => join(folder, name);
  const files = { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  openssl(["-subj", "/CN=Topology CA", ...fresh, "-keyout", file("ca.key"), "-out", files.ca]);
  openssl([
    ...["-subj", "/CN=redis.test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ...["-addext", "basicConstraints=critical,CA:FALSE", "-CA", files.ca, "-CAkey", file("ca.key")],
    ...[...fresh, "-keyout", files.key, "-out", files.cert],
  ]);
  return files;
}

/** The lines of a server that takes TLS alone, from clients that show a certificate of the CA. */
export function tlsSettings(files: TlsFiles, port: number): Record<string, string> {
  return {
    port: "0",
    "tls-port": `${port}`,
    "tls-ca-cert-file": files.ca,
    "tls-cert-file": files.cert,
    "tls-key-file": files.key,
    "tls-auth-clients": "yes",
    "tls-replication": "yes",
  };
}

/** For a client of ioredis. */
export function tlsOf(files: TlsFiles): { ca: string; cert: string; key: string } {
  const text = (path: string): string => readFileSync(path, "utf8");
  return { ca: text(files.ca), cert: text(files.cert), key: text(files.key) };
}

function openssl(args: readonly string[]): void {
  execFileSync("openssl", ["req", "-x509", ...args], { stdio: ["ignore", "ignore", "pipe"] });
}
