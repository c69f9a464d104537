// RSA keys that anybody can break, and that CAs must therefore reject (TLS Baseline Requirements 6.1.1.3). All is computed
// here but for Debian's keys, which are looked up in lists that the operator keeps.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Rounds of Fermat's method that a CA must try. (BR 6.1.1.3) */
const FERMAT_ROUNDS = 100;
/** A modulus with a factor below 752 is no product of two large primes. (BR 6.1.6, NIST SP 800-89 5.3.3) */
const SMALL_FACTORS = primesBelow(752);
/** Factors of which each product still is a whole number of a double: so many remainders cost one division of a long number. */
const FACTOR_GROUPS = groupsOf(SMALL_FACTORS);
/** Where 65537 does not reach every remainder, a key of Infineon's library shows itself (Nemec and others, 2017; CVE-2017-15361). */
const ROCA_PRIMES = primesBelow(168).filter((prime) => prime > 2);
const ROCA_REMAINDERS = ROCA_PRIMES.map((prime) => remaindersOf(65_537, prime));

/** Debian's packages `openssl-blacklist` and `openssl-blacklist-extra` keep their lists here. */
export const DEBIAN_LISTS = "/usr/share/openssl-blacklist";

/** In which way the key is known to be broken, as part of a sentence; undefined where none is known. */
export function weaknessOf(modulus: bigint, debianLists: string = DEBIAN_LISTS): string | undefined {
  const remainders = remaindersIn(modulus);
  const factor = SMALL_FACTORS.find((prime) => remainders.get(prime) === 0);
  if (factor !== undefined) return `its modulus is divisible by ${factor}`;
  if (isRoca(remainders)) return "it was made by a broken library of Infineon (ROCA, CVE-2017-15361)";
  if (hasClosePrimes(modulus)) return "its two primes are so close that it can be factored (Fermat)";
  if (isDebian(modulus, debianLists)) return "it is one of the keys that Debian's OpenSSL made (CVE-2008-0166)";
  return undefined;
}

/**
 * Every remainder is one that a power of 65537 leaves. A good key passes for one in some hundred million cases.
 */
function isRoca(remainders: ReadonlyMap<number, number>): boolean {
  return ROCA_PRIMES.every((prime, i) => ROCA_REMAINDERS[i]?.has(remainders.get(prime) ?? 0));
}

/** By the small primes. */
function remaindersIn(modulus: bigint): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { product, primes } of FACTOR_GROUPS) {
    const remainder = Number(modulus % product);
    for (const prime of primes) found.set(prime, remainder % prime);
  }
  return found;
}

function groupsOf(primes: readonly number[]): { product: bigint; primes: number[] }[] {
  const groups: { product: number; primes: number[] }[] = [];
  for (const prime of primes) {
    const last = groups.at(-1);
    if (last && last.product * prime <= Number.MAX_SAFE_INTEGER) {
      last.product *= prime;
      last.primes.push(prime);
    } else groups.push({ product: prime, primes: [prime] });
  }
  return groups.map(({ product, primes }) => ({ product: BigInt(product), primes }));
}

function remaindersOf(base: number, prime: number): Set<number> {
  const reached = new Set<number>();
  for (let power = 1; !reached.has(power); power = (power * base) % prime) reached.add(power);
  return reached;
}

function hasClosePrimes(modulus: bigint): boolean {
  let middle = squareRoot(modulus);
  if (middle * middle < modulus) middle += 1n;
  let rest = middle * middle - modulus;
  for (let round = 0; round < FERMAT_ROUNDS; round++) {
    if (isSquare(rest)) return true;
    rest += 2n * middle + 1n; // (middle + 1)² - modulus
    middle += 1n;
  }
  return false;
}

/** Remainders that a square leaves by 64, and by 3,465 = 9 · 5 · 7 · 11: fewer than one in sixty other numbers does. */
const SQUARES_64 = squaresBy(64);
const SQUARES_3465 = squaresBy(3_465);

function squaresBy(divisor: number): ReadonlySet<number> {
  return new Set(Array.from({ length: divisor }, (_, i) => (i * i) % divisor));
}

function isSquare(value: bigint): boolean {
  if (!SQUARES_64.has(Number(BigInt.asUintN(6, value))) || !SQUARES_3465.has(Number(value % 3_465n))) return false;
  const root = squareRoot(value);
  return root * root === value;
}

/** Rounded down, by Newton's method from above. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil((value.toString(16).length * 4) / 2));
  for (;;) {
    const next = (root + value / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function primesBelow(end: number): number[] {
  const primes: number[] = [];
  for (let each = 2; each < end; each++) if (primes.every((prime) => each % prime !== 0)) primes.push(each);
  return primes;
}

/** A list has the last 20 hexadecimal digits of the SHA-1 of `Modulus=…` and a line end, one a line. */
function isDebian(modulus: bigint, folder: string): boolean {
  const hex = modulus.toString(16).toUpperCase();
  const digest = createHash("sha1").update(`Modulus=${hex}\n`).digest("hex").slice(20);
  return listed(join(folder, `blacklist.RSA-${modulus.toString(2).length}`)).has(digest);
}

const lists = new Map<string, ReadonlySet<string>>();

/** Read once in the life of a process; an absent list is empty, and looked for again. */
function listed(file: string): ReadonlySet<string> {
  const known = lists.get(file);
  if (known) return known;
  if (!existsSync(file)) return new Set();
  const read = new Set(readFileSync(file, "latin1").split("\n"));
  lists.set(file, read);
  return read;
}
