// Which public keys a public CA certifies. (CA/B Forum BR 6.1.1.3, 6.1.5, 6.1.6, 7.1.3.1)
import { createPublicKey, type KeyObject } from "node:crypto";

const CURVES = new Set(["prime256v1", "secp384r1", "secp521r1"]);
const FEWEST_BITS = 2_048;
/** So many rounds find the primes of a key that was made by taking two neighbours (BR 6.1.1.3: Fermat). */
const FERMAT_ROUNDS = 100;
/** Small primes whose remainders give a key of the library of CVE-2017-15361 (ROCA) away. */
const ROCA_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];
const F4 = 65_537;

/** Why no public CA certifies this key (DER, SubjectPublicKeyInfo), or undefined. */
export function objectionToKey(spki: ArrayBuffer): string | undefined {
  const key = findKey(spki);
  switch (key?.asymmetricKeyType) {
    case "ec": {
      const curve = key.asymmetricKeyDetails?.namedCurve ?? "an unnamed curve";
      return CURVES.has(curve) ? undefined : `keys on ${curve} are not allowed`;
    }
    case "rsa":
      return objectionToRsa(key);
    case undefined:
      return "the public key cannot be read";
    default:
      return `keys of type ${key?.asymmetricKeyType} are not allowed`;
  }
}

function findKey(spki: ArrayBuffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function objectionToRsa(key: KeyObject): string | undefined {
  const { publicExponent: exponent = 0n } = key.asymmetricKeyDetails ?? {};
  const modulus = BigInt(`0x${Buffer.from(key.export({ format: "jwk" }).n ?? "", "base64url").toString("hex")}`);
  const bits = modulus.toString(2).length;
  if (bits < FEWEST_BITS) return `the RSA key has ${bits} bits, at least ${FEWEST_BITS} are needed`;
  if (bits % 8 !== 0) return `the RSA key has ${bits} bits, which cannot be divided by 8`;
  if (exponent < 3n || exponent % 2n === 0n) return `the RSA key has the exponent ${exponent}`;
  if (hasClosePrimes(modulus)) return "the primes of the RSA key are too close to each other";
  if (isOfRoca(modulus)) return "the RSA key was made by a faulty library (CVE-2017-15361)";
  return undefined;
}

/** Fermat: a² − n is a square soon when n has two factors near its root. */
function hasClosePrimes(modulus: bigint): boolean {
  let a = root(modulus);
  if (a * a < modulus) a += 1n;
  for (let round = 0; round < FERMAT_ROUNDS; round++, a += 1n) {
    const square = a * a - modulus;
    const b = root(square);
    if (b * b === square) return true;
  }
  return false;
}

/** Its primes are powers of 65537 modulo a product of small primes, so the modulus is one, too. */
function isOfRoca(modulus: bigint): boolean {
  return ROCA_PRIMES.every((prime) => {
    const remainder = Number(modulus % BigInt(prime));
    let power = 1;
    for (let i = 0; i < prime; i++, power = (power * F4) % prime) if (power === remainder) return true;
    return false;
  });
}

/** The largest whole number whose square is not above. (Newton) */
function root(square: bigint): bigint {
  if (square < 2n) return square;
  let guess = 1n << BigInt(Math.ceil(square.toString(2).length / 2));
  for (;;) {
    const next = (guess + square / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
