// The secret of an API key that Certfleet made: how it looks, and what is kept of it.
import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

/** By which scanners of secrets and people know a key of Certfleet. */
const PREFIX = "cf_";
const RANDOM_BYTES = 32;
const MADE = /^cf_([A-Za-z0-9_-]{43})([0-9a-f]{8})$/;

/** `cf_`, 256 random bits (base64url), CRC-32 of these characters: what was mistyped is known without a look at Redis. */
export function makeSecret(): string {
  const random = randomBytes(RANDOM_BYTES).toString("base64url");
  return `${PREFIX}${random}${checksum(random)}`;
}

/** Whether Certfleet may have made it. */
export function mayBeMade(text: string): boolean {
  const [, random = "", sum] = MADE.exec(text) ?? [];
  return sum !== undefined && checksum(random) === sum;
}

/**
 * SHA-256, hexadecimal: all that is kept. A slow hash guards words that people choose; nobody guesses 256 random bits.
 */
export function hashOf(secret: string): string {
  return hash("sha256", secret, "hex");
}

function checksum(random: string): string {
  return crc32(random).toString(16).padStart(8, "0");
}
