// Reads a CSR the way a CA does. Written apart from the fleet's own reader on purpose: the pretence must not share its
// mistakes.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from "@peculiar/x509";

export interface SigningRequest {
  /** Common name, or the first DNS name, in lower case. */
  readonly domain: string;
  /** Every DNS name asked for, the domain first. */
  readonly names: readonly string[];
  readonly publicKey: Pkcs10CertificateRequest["publicKey"];
  /** First value of a subject field (`O`, `OU`, `L`, `ST`, `C`, `E`), or the empty string. */
  subject(field: string): string;
}

const PEM = /-----BEGIN (NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (NEW )?CERTIFICATE REQUEST-----/;

/** A PKCS#10 request (RFC 2986) with its BEGIN and END lines and a true signature, or undefined for anything else. */
export async function findSigningRequest(pem: string): Promise<SigningRequest | undefined> {
  const base64 = PEM.exec(pem)?.[2];
  if (base64 === undefined) return undefined;
  try {
    const request = new Pkcs10CertificateRequest(Buffer.from(base64, "base64"));
    return (await request.verify()) ? understood(request) : undefined;
  } catch {
    return undefined; // damaged DER or a key that cannot be checked: a CA says no more than that either
  }
}

function understood(request: Pkcs10CertificateRequest): SigningRequest | undefined {
  const subject = (field: string) => request.subjectName.getField(field)[0] ?? "";
  const extension = request.extensions.find((entry) => entry instanceof SubjectAlternativeNameExtension);
  const alternatives = extension?.names.items.filter((name) => name.type === "dns").map((name) => name.value) ?? [];
  const names = [subject("CN"), ...alternatives].filter((name) => name !== "").map((name) => name.toLowerCase());
  const [domain] = names;
  if (domain === undefined) return undefined;
  return { domain, names: [...new Set(names)], publicKey: request.publicKey, subject };
}
