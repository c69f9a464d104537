// Reads a CSR the way a CA does. Written apart from the fleet's own reader on purpose: the pretence must not share its
// mistakes.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from "@peculiar/x509";

export interface SigningRequest {
  /** Common name, or the first DNS name, in lower case. */
  readonly domain: string;
  /** Every DNS name asked for, the domain first. */
  readonly names: readonly string[];
  /** As they stand in the subject; a CA takes one only. */
  readonly commonNames: readonly string[];
  /** Alternative names of other kinds: addresses, URIs. */
  readonly otherNames: readonly { readonly type: string; readonly value: string }[];
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
  const asked = extension?.names.items.map(({ type, value }) => ({ type: `${type}`, value })) ?? [];
  const alternatives = asked.filter(({ type }) => type === "dns").map(({ value }) => value);
  const names = [subject("CN"), ...alternatives].filter((name) => name !== "").map((name) => name.toLowerCase());
  const [domain] = names;
  // Blanks and letters that no host name has are more than eNom's reader can take.
  if (domain === undefined || !/^[\x21-\x7e]+$/.test(domain)) return undefined;
  const otherNames = asked.filter(({ type }) => type !== "dns");
  const commonNames = request.subjectName.getField("CN");
  return { domain, names: [...new Set(names)], commonNames, otherNames, publicKey: request.publicKey, subject };
}
