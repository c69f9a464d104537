// The CSR's own signature: which digest it may be made with, and whether it fits the key.

import type { CertificateRequest } from "./request.ts";

/** What CAs take; a library that cannot read one of the others does not mean that the CSR is damaged. */
const TAKEN = new Set(["SHA-256", "SHA-384", "SHA-512"]);
const SHA_1 = "SHA-1";

/** Signature algorithms by OID, those that the library does not know by name. */
const DIGESTS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "MD2",
  "1.2.840.113549.1.1.3": "MD4",
  "1.2.840.113549.1.1.4": "MD5",
  "1.2.840.113549.1.1.5": SHA_1,
  "1.2.840.113549.1.1.6": "RIPEMD-160",
  "1.2.840.113549.1.1.14": "SHA-224",
  "1.2.840.113549.1.1.15": "SHA-512/224",
  "1.2.840.113549.1.1.16": "SHA-512/256",
  "1.2.840.10045.4.1": SHA_1,
  "1.2.840.10045.4.3.1": "SHA-224",
  "1.3.14.3.2.3": "MD5",
  "1.3.14.3.2.29": SHA_1,
  "1.3.36.3.3.1.2": "RIPEMD-160",
  "2.16.840.1.101.3.4.3.1": "SHA-224",
  "2.16.840.1.101.3.4.3.2": "SHA-256",
  "2.16.840.1.101.3.4.3.9": "SHA3-224",
  "2.16.840.1.101.3.4.3.10": "SHA3-256",
  "2.16.840.1.101.3.4.3.11": "SHA3-384",
  "2.16.840.1.101.3.4.3.12": "SHA3-512",
  "2.16.840.1.101.3.4.3.13": "SHA3-224",
  "2.16.840.1.101.3.4.3.14": "SHA3-256",
  "2.16.840.1.101.3.4.3.15": "SHA3-384",
  "2.16.840.1.101.3.4.3.16": "SHA3-512",
  "1.2.156.10197.1.501": "SM3",
};

/** Why the signature is no good, whatever the settings are; SHA-1 is judged by `sha1Fault`. */
export async function signatureFaults(request: CertificateRequest): Promise<string[]> {
  const digest = digestOf(request);
  if (!TAKEN.has(digest) && digest !== SHA_1) {
    const what = /^[\d.]+$/.test(digest) ? `by an unknown algorithm (${digest})` : `with ${digest}`;
    return [`The CSR is signed ${what}; sign it with SHA-256, SHA-384 or SHA-512, such as by openssl req -sha256.`];
  }
  return (await request.verify())
    ? []
    : [
        "The CSR's signature does not match its key: it was damaged or changed. Make the CSR anew, and send it as it is.",
      ];
}

/** SHA-1 is all that the wizard of IIS Manager offers; the digest is not in the certificate. */
export function sha1Fault(request: CertificateRequest): string | undefined {
  if (digestOf(request) !== SHA_1) return undefined;
  return "The CSR is signed with SHA-1; use SHA-256 or better. IIS Manager always signs with SHA-1: make the CSR with certreq (HashAlgorithm = SHA256 in the .inf file, then certreq -new request.inf request.csr), or with openssl req -sha256. An operator can let SHA-1 pass: intake.sha1 in certfleet.yaml.";
}

function digestOf({ signedWith }: CertificateRequest): string {
  return DIGESTS[signedWith] ?? signedWith;
}
