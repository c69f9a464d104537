// Private keys and their like in what others send: recognised in any text, whatever it is wrapped in.

import { createPrivateKey } from "node:crypto";

/** What stands where a secret was. */
export const REMOVED = "[removed: a private key]";
export const REMOVED_FIELD = "[removed: a secret]";

/** A gap between words of an armour line, as it is, escaped in JSON, or encoded for a URL or a form. */
const GAP = String.raw`(?:\s|\\[nrt]|%20|%0[AD]|\+|_|&nbsp;){1,6}`;
const DASHES = String.raw`(?:-|%2D|\\u002d|&#45;){2,10}`;
const WORDS = `(?:[A-Z0-9]{1,20}${GAP}){0,5}?`;
const BEGIN = String.raw`${DASHES}\s{0,4}BEGIN${GAP}${WORDS}PRIVATE${GAP}KEY`;
/**
 * Up to the end of the value that it is in: a key may lack its last line, and what stands beside a key is of no use.
 * Bounded steps and nothing tried twice: others choose the text.
 */
const ARMOURED = new RegExp(`${BEGIN}[^"'<>{}]*`, "gi");
const ARMOUR = new RegExp(BEGIN, "i");
const PUTTY = /PuTTY-User-Key-File-\d[\s\S]*/gi;
/** An OpenSSH key without its armour begins with the base64 of `openssh-key-v1`. */
const OPENSSH = /b3BlbnNzaC1rZXktdjE[A-Za-z0-9+/=\s]*/g;

const BASE64 = /^[A-Za-z0-9+/_=\s-]+$/;
/** An Ed25519 key is 48 bytes, that is, 64 letters; longer than any real key are other files. */
const FEWEST_LETTERS = 60;
const MOST_LETTERS = 100_000;
const PKCS12_VERSION = Buffer.from([0x02, 0x01, 0x03]);

/** The text without the private keys in it; the same text where there is none. */
export function withoutKeys(text: string): string {
  if (isBareKey(text)) return REMOVED;
  return text.replace(ARMOURED, REMOVED).replace(PUTTY, REMOVED).replace(OPENSSH, REMOVED);
}

/** Base64 of a key without any armour: DER of any form, a PKCS #12 file, or an armoured key once more encoded. */
function isBareKey(text: string): boolean {
  if (text.length < FEWEST_LETTERS || text.length > MOST_LETTERS || !BASE64.test(text)) return false;
  const bytes = Buffer.from(text.replace(/\s/g, ""), "base64");
  if (bytes.length < (FEWEST_LETTERS * 3) / 4 - 2) return false;
  const inside = bytes.toString("latin1");
  if (ARMOUR.test(inside) || inside.startsWith("openssh-key-v1")) return true;
  return bytes[0] === 0x30 && (isPkcs12(bytes) || DER_TYPES.some((type) => isDerKey(bytes, type)));
}

const DER_TYPES = ["pkcs8", "pkcs1", "sec1"] as const;

function isDerKey(key: Buffer, type: (typeof DER_TYPES)[number]): boolean {
  try {
    createPrivateKey({ key, format: "der", type });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ERR_MISSING_PASSPHRASE";
  }
}

/** `SEQUENCE { version 3, … }`: RFC 7292, section 4. */
function isPkcs12(bytes: Buffer): boolean {
  const lengthBytes = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) - 0x80 : 0;
  const at = 2 + lengthBytes;
  return bytes.subarray(at, at + 3).equals(PKCS12_VERSION) && bytes.subarray(at + 3, at + 4)[0] === 0x30;
}

/** Whole names, and endings of names, without case and signs: `Key-Password` is `keypassword`. */
const SECRET_NAMES = new Set(["pass", "pw", "pwd", "passcode", "privkey", "token", "bearer", "credentials", "jwk"]);
const SECRET_ENDINGS = /(?:password|passwd|passphrase|secret|privatekey|privkey|apikey|authtoken|accesstoken)$/;

/** Whether a field of this name holds a secret, as far as its name can tell. */
export function isSecretName(name: string): boolean {
  const bare = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return SECRET_NAMES.has(bare) || SECRET_ENDINGS.test(bare);
}

/** The private parts of a JSON Web Key (RFC 7518, section 6). */
const JWK_PRIVATE = new Set(["d", "p", "q", "dp", "dq", "qi", "oth", "k"]);

export function isPrivatePart(name: string, of: object): boolean {
  return "kty" in of && JWK_PRIVATE.has(name);
}
