// CSRs as customers make them, byte for byte as `openssl req -new` writes them; from a key that is made once a test file. Here
// and not by OpenSSL, since each of its processes costs a big test process as much as the order that the CSR is for.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

export type KeyKind = "rsa2048" | "p256";

const keys = new Map<KeyKind, string>();

/** A CSR in PEM for `cn`; `names` are the subject alternative names it asks for, none by default. */
export async function makeCsr(wanted: { cn: string; names?: readonly string[]; key?: KeyKind }): Promise<string> {
  const { cn, names = [], key: kind = "p256" } = wanted;
  const key = createPrivateKey(privateKey(kind));
  const asked = names.length > 0 ? [requestedNames(names)] : [];
  const info = sequence(
    der(INTEGER, Buffer.of(0)),
    sequence(der(SET, sequence(oid("2.5.4.3"), der(UTF8, Buffer.from(cn))))),
    createPublicKey(key).export({ type: "spki", format: "der" }),
    der(CONTEXT_0, ...asked),
  );
  const signature = der(BIT_STRING, Buffer.of(0), sign("sha256", info, key));
  const whole = sequence(info, SIGNED_BY[kind], signature).toString("base64");
  const lines = whole.match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE REQUEST-----", ...lines, "-----END CERTIFICATE REQUEST-----", ""].join("\n");
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

const [INTEGER, BIT_STRING, OCTETS, NULL, OID, UTF8, SEQUENCE, SET] = [2, 3, 4, 5, 6, 0x0c, 0x30, 0x31];
const [CONTEXT_0, DNS_NAME] = [0xa0, 0x82];

const SIGNED_BY: Readonly<Record<KeyKind, Buffer>> = {
  p256: sequence(oid("1.2.840.10045.4.3.2")),
  rsa2048: sequence(oid("1.2.840.113549.1.1.11"), der(NULL)),
};

/** The attribute extensionRequest (PKCS #9) with subjectAltName in it. */
function requestedNames(names: readonly string[]): Buffer {
  const list = sequence(...names.map((name) => der(DNS_NAME, Buffer.from(name))));
  const extension = sequence(oid("2.5.29.17"), der(OCTETS, list));
  return sequence(oid("1.2.840.113549.1.9.14"), der(SET, sequence(extension)));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(SEQUENCE, ...parts);
}

/** Tag, length and value (X.690, 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const { length } = value;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), value]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...others].flatMap((number) => {
    const groups = [number & 0x7f];
    for (let rest = number >> 7; rest > 0; rest >>= 7) groups.unshift((rest & 0x7f) | 0x80);
    return groups;
  });
  return der(OID, Buffer.from(bytes));
}
