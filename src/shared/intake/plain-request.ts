// The CSR as nearly every program writes it, read in one pass over its bytes: RSA, P-256 or P-384, DNS names, known extensions.
// Whatever has any other form is left to the library that knows all of them (`request.ts`), which is ten times slower.
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { OTHERWISE, Reader } from "./der.ts";

export interface PlainRequest {
  subject: Record<string, string[]>[];
  dnsNames: string[];
  /** DER of the SubjectPublicKeyInfo. */
  spki: Buffer;
  key: KeyObject;
  /** OpenSSL's name; undefined for RSA keys. */
  curve: string | undefined;
  /** RSA keys only. */
  rsa: { modulus: bigint; exponent: bigint } | undefined;
  digest: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  /** Whether the signature was made with the key. */
  verify: () => Promise<boolean>;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const BOOLEAN = 0x01;
const ATTRIBUTES = 0xa0;
const DNS_NAME = 0x82;
const UTF8 = 0x0c;
const PRINTABLE = 0x13;
const IA5 = 0x16;

/** DER of the object identifiers that are known here, hexadecimal. */
const NAMES: Readonly<Record<string, string>> = {
  "550403": "CN",
  "550406": "C",
  "550407": "L",
  "550408": "ST",
  "55040a": "O",
  "55040b": "OU",
};
const EXTENSION_REQUEST = "2a864886f70d01090e";
const SUBJECT_ALT_NAME = "551d11";
/** What these may hold, so that a damaged one goes the long way. */
const EXTENSIONS: Readonly<Record<string, RegExp>> = {
  "551d0f": /^03020[0-7][0-9a-f]{2}$|^03030[0-7][0-9a-f]{4}$/, // key usage
  "551d13": /^3000$/, // basic constraints: no CA
  "551d25": /^30[0-7][0-9a-f](?:06082b060105050703[0-7][0-9a-f])+$/, // extended key usage
};
const SIGNATURES: Readonly<Record<string, { digest: PlainRequest["digest"]; kind: "rsa" | "ec" }>> = {
  "06092a864886f70d0101050500": { digest: "SHA-1", kind: "rsa" },
  "06092a864886f70d01010b0500": { digest: "SHA-256", kind: "rsa" },
  "06092a864886f70d01010c0500": { digest: "SHA-384", kind: "rsa" },
  "06092a864886f70d01010d0500": { digest: "SHA-512", kind: "rsa" },
  "06072a8648ce3d0401": { digest: "SHA-1", kind: "ec" },
  "06082a8648ce3d040302": { digest: "SHA-256", kind: "ec" },
  "06082a8648ce3d040303": { digest: "SHA-384", kind: "ec" },
  "06082a8648ce3d040304": { digest: "SHA-512", kind: "ec" },
};
const RSA_KEY = "06092a864886f70d0101010500";
const EC_KEYS: Readonly<Record<string, string>> = {
  "06072a8648ce3d020106082a8648ce3d030107": "prime256v1",
  "06072a8648ce3d020106052b81040022": "secp384r1",
};

/** Undefined where anything at all is out of the ordinary, be it right or wrong. */
export function readPlainRequest(der: Buffer): PlainRequest | undefined {
  try {
    return readAll(der);
  } catch {
    return undefined;
  }
}

function readAll(der: Buffer): PlainRequest {
  const whole = new Reader(der).only(SEQUENCE);
  const signed = whole.element(SEQUENCE);
  const { digest, kind } = known(SIGNATURES, whole.take(SEQUENCE).toString("hex"));
  const signature = bits(whole.take(BIT_STRING));
  whole.end();

  const info = new Reader(signed.content);
  if (info.take(INTEGER).toString("hex") !== "00") throw OTHERWISE;
  const subject = readSubject(info.take(SEQUENCE));
  const { whole: spki, content } = info.element(SEQUENCE);
  const dnsNames = readAttributes(info.take(ATTRIBUTES));
  info.end();

  const { curve, rsa } = readKey(content);
  if ((rsa ? "rsa" : "ec") !== kind) throw OTHERWISE;
  const key = createPublicKey({ key: spki, format: "der", type: "spki" });
  const hashName = digest.replace("-", "");
  const isMadeWith = (): Promise<boolean> =>
    new Promise((resolve) => {
      // With the usual exponent it takes less time than another thread takes to wake.
      if (rsa && rsa.exponent <= 65_537n) resolve(verify(hashName, signed.whole, key, signature));
      else verify(hashName, signed.whole, key, signature, (error, isGood) => resolve(!error && isGood));
    });
  return { subject, dnsNames, spki, key, curve, rsa, digest, verify: isMadeWith };
}

function readSubject(content: Buffer): Record<string, string[]>[] {
  return each(content, SET, (relative) => {
    const names: Record<string, string[]> = {};
    for (const attribute of each(relative, SEQUENCE, (bytes) => new Reader(bytes))) {
      const name = known(NAMES, attribute.take(OBJECT_IDENTIFIER).toString("hex"));
      const { tag, content: value } = attribute.next();
      attribute.end();
      names[name] = [...(names[name] ?? []), textOf(tag, value)];
    }
    return names;
  });
}

/** Blanks and everything else that ASCII prints; of UTF-8 what reads back as the same bytes. */
function textOf(tag: number, bytes: Buffer): string {
  if (tag !== UTF8 && tag !== PRINTABLE && tag !== IA5) throw OTHERWISE;
  const text = bytes.toString(tag === UTF8 ? "utf8" : "latin1");
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  if (tag !== UTF8 || !Buffer.from(text).equals(bytes)) throw OTHERWISE;
  return text;
}

function readAttributes(content: Buffer): string[] {
  const found = each(content, SEQUENCE, (bytes) => {
    const attribute = new Reader(bytes);
    if (attribute.take(OBJECT_IDENTIFIER).toString("hex") !== EXTENSION_REQUEST) throw OTHERWISE;
    const extensions = new Reader(attribute.take(SET)).only(SEQUENCE);
    attribute.end();
    return each(extensions.rest(), SEQUENCE, readExtension).flat();
  });
  return found.flat();
}

function readExtension(bytes: Buffer): string[] {
  const extension = new Reader(bytes);
  const kind = extension.take(OBJECT_IDENTIFIER).toString("hex");
  if (extension.tag() === BOOLEAN && extension.take(BOOLEAN).toString("hex") !== "ff") throw OTHERWISE;
  const value = extension.take(OCTET_STRING);
  extension.end();
  if (kind === SUBJECT_ALT_NAME)
    return each(new Reader(value).only(SEQUENCE).rest(), DNS_NAME, (name) => textOf(IA5, name));
  if (!known(EXTENSIONS, kind).test(value.toString("hex"))) throw OTHERWISE;
  if (value[0] === SEQUENCE) new Reader(value).only(SEQUENCE); // its length is that of what it holds
  return [];
}

function readKey(content: Buffer): Pick<PlainRequest, "curve" | "rsa"> {
  const reader = new Reader(content);
  const kind = reader.take(SEQUENCE).toString("hex");
  const key = bits(reader.take(BIT_STRING));
  reader.end();
  if (kind !== RSA_KEY) return { curve: known(EC_KEYS, kind), rsa: undefined };
  const numbers = new Reader(key).only(SEQUENCE);
  const rsa = { modulus: natural(numbers.take(INTEGER)), exponent: natural(numbers.take(INTEGER)) };
  numbers.end();
  return { curve: undefined, rsa };
}

function natural(bytes: Buffer): bigint {
  const [first = 0x80, second = 0] = bytes;
  if (first >= 0x80 || (first === 0 && second < 0x80)) throw OTHERWISE;
  return BigInt(`0x${bytes.toString("hex")}`);
}

function bits(content: Buffer): Buffer {
  if (content[0] !== 0) throw OTHERWISE;
  return content.subarray(1);
}

function known<V>(table: Readonly<Record<string, V>>, name: string): V {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw OTHERWISE;
  return found;
}

function each<R>(content: Buffer, tag: number, read: (bytes: Buffer) => R): R[] {
  const reader = new Reader(content);
  const found: R[] = [];
  while (!reader.isAtEnd()) found.push(read(reader.take(tag)));
  return found;
}
