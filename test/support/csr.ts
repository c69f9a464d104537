// CSRs as customers make them: by OpenSSL, from a key that is made once a test file.
import { execFile } from "node:child_process";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export type KeyKind = "rsa2048" | "p256";

const keys = new Map<KeyKind, string>();

/** A CSR in PEM for `cn`; `names` are the subject alternative names it asks for, none by default. */
export async function makeCsr(wanted: { cn: string; names?: readonly string[]; key?: KeyKind }): Promise<string> {
  const { cn, names = [], key = "p256" } = wanted;
  const extension =
    names.length > 0 ? ["-addext", `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`] : [];
  const folder = await mkdtemp(join(tmpdir(), "certfleet-csr-"));
  try {
    const keyFile = join(folder, "key.pem");
    await writeFile(keyFile, privateKey(key), { mode: 0o600 });
    const subject = `/CN=${cn.replaceAll("/", "\\/")}`;
    const request = ["req", "-new", "-sha256", "-key", keyFile, "-subj", subject, ...extension];
    const { stdout } = await promisify(execFile)("openssl", request);
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The private key, in PEM, that every CSR of this kind is made from in this test file. */
export function privateKey(kind: KeyKind): string {
  const pem = keys.get(kind) ?? makeKey(kind).export({ type: "pkcs8", format: "pem" }).toString();
  keys.set(kind, pem);
  return pem;
}

function makeKey(kind: KeyKind): KeyObject {
  return kind === "p256"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
    : generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
}
