// Keys that a public CA certifies: their kind, size and exponent (TLS Baseline Requirements 6.1.5, 6.1.6, 7.1.3.1).

import { createPublicKey } from "node:crypto";
import { type CertificateRequest, EC, RSA, RSA_PSS } from "./request.ts";

const SMALLEST = 2048;
const LARGEST = 8192;
const CURVES: Readonly<Record<string, string>> = { prime256v1: "P-256", secp384r1: "P-384" };
const MAKE_ANOTHER = "Make a new key: RSA with 2048, 3072 or 4096 bits, or ECDSA on P-256 or P-384.";

const NAMES: Readonly<Record<string, string>> = {
  "1.2.840.10040.4.1": "DSA",
  "1.2.840.113549.1.3.1": "Diffie-Hellman",
  "1.3.101.110": "X25519",
  "1.3.101.111": "X448",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
  "2.16.840.1.101.3.4.3.17": "ML-DSA-44",
  "2.16.840.1.101.3.4.3.18": "ML-DSA-65",
  "2.16.840.1.101.3.4.3.19": "ML-DSA-87",
};

export interface KeyFindings {
  /** Of these the key was never taken. */
  faults: string[];
  /** Of these earlier releases took it: a certificate that has such a key keeps it. */
  newFaults: string[];
  warnings: string[];
}

const inspected = new WeakMap<CertificateRequest, KeyFindings>();

/** What is wrong with the key's form; each sentence says what to do. */
export function inspectKey(request: CertificateRequest): KeyFindings {
  const found = inspected.get(request) ?? inspectAnew(request);
  inspected.set(request, found);
  return found;
}

function inspectAnew(request: CertificateRequest): KeyFindings {
  const found: KeyFindings = { faults: [], newFaults: [], warnings: [] };
  if (request.keyType === RSA) inspectRsa(request, found);
  else if (request.keyType === EC) inspectCurve(request, found);
  else if (request.keyType === RSA_PSS)
    found.newFaults.push(
      "The key is bound to RSASSA-PSS (rsa-pss), and no public CA certifies such a key (BR 7.1.3.1.1). Make a new key of the plain kind: openssl genrsa 2048.",
    );
  else
    found.faults.push(
      `The key is of type ${NAMES[request.keyType] ?? request.keyType}; RSA and ECDSA keys are accepted. ${MAKE_ANOTHER}`,
    );
  return found;
}

function inspectRsa({ rsa }: CertificateRequest, { faults, newFaults, warnings }: KeyFindings): void {
  if (!rsa) {
    faults.push(`The RSA key cannot be read. ${MAKE_ANOTHER}`);
    return;
  }
  const bits = rsa.modulus.toString(2).length;
  if (bits < SMALLEST) faults.push(`The RSA key has ${bits} bits; at least ${SMALLEST} are needed. ${MAKE_ANOTHER}`);
  if (bits > LARGEST) faults.push(`The RSA key has ${bits} bits; at most ${LARGEST} are accepted. ${MAKE_ANOTHER}`);
  if (bits >= SMALLEST && bits % 8 !== 0)
    newFaults.push(`The RSA key has ${bits} bits; the number must be divisible by 8 (BR 6.1.5). ${MAKE_ANOTHER}`);
  const { exponent } = rsa;
  if (exponent < 3n || exponent % 2n === 0n)
    newFaults.push(
      `The RSA key's public exponent is ${shown(exponent)}; it must be odd and at least 3 (BR 6.1.6). ${MAKE_ANOTHER}`,
    );
  else if (exponent < 65_537n || exponent >= 2n ** 256n)
    warnings.push(
      `The RSA key's public exponent is ${shown(exponent)}; from 65537 to below 2^256 is recommended (BR 6.1.6), and a CA may refuse others. 65537 is usual.`,
    );
}

function shown(exponent: bigint): string {
  const digits = `${exponent}`;
  return digits.length <= 20 ? digits : `a number of ${digits.length} digits`;
}

function inspectCurve({ publicKey, namesCurve, curve: seen }: CertificateRequest, { faults }: KeyFindings): void {
  if (!namesCurve) {
    faults.push(
      "The ECDSA key spells its curve out (explicit parameters) in place of naming it, and no public CA certifies that (RFC 5480). Make the key with a named curve: openssl ecparam -name prime256v1 -param_enc named_curve -genkey.",
    );
    return;
  }
  const curve = seen ?? curveOf(publicKey);
  if (curve === undefined)
    faults.push(`The ECDSA key is no point of its curve, or the curve is unknown. ${MAKE_ANOTHER}`);
  else if (!(curve in CURVES))
    faults.push(`The key is on curve ${curve}; P-256 and P-384 are accepted. ${MAKE_ANOTHER}`);
}

/** OpenSSL's name of it. */
function curveOf(spki: Buffer): string | undefined {
  try {
    return createPublicKey({ key: spki, format: "der", type: "spki" }).asymmetricKeyDetails?.namedCurve;
  } catch {
    return undefined;
  }
}
