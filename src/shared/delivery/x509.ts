// One X.509 certificate (RFC 5280) as the delivery looks at it: read when asked, since most of a long list is never needed.
import { X509Certificate } from "node:crypto";
import type { X509Certificate as Reader } from "@peculiar/x509";
import { x509 } from "../intake/x509.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const ANY_PURPOSE = "2.5.29.37.0";
const PLAIN_NAMES = /^DNS:[\w.*-]+(?:, DNS:[\w.*-]+)*$/;

export interface Certificate {
  x509: X509Certificate;
  /** SHA-256 of the DER: the identity, and what decides between equals. */
  id: string;
  serialNumber: string;
  /** Milliseconds since 1970. */
  from: number;
  to: number;
  /** Its own key made the signature, whatever issuer it names. */
  isSelfSigned: boolean;
  isIssuedBy: (issuer: Certificate) => boolean;
  /** How many CAs may stand below it; infinite where nothing is said (RFC 5280 4.2.1.9). */
  pathLength: number;
  /** Whether web servers may use it, or what is issued below it; true where nothing is said (4.2.1.12). */
  isForServers: boolean;
  /** DNS names of the subject alternative name, lower case. */
  names: string[];
  /** Where its issuer can be downloaded (4.2.2.1, caIssuers). */
  issuerUrls: string[];
  /** The issuer's name, its CN before all else, for people. */
  issuerName: string;
}

/** CA certificates that come with each order again, by their text. Some hundred are all of the products that eNom sells. */
const authorities = new Map<string, Certificate>();
const MOST_AUTHORITIES = 200;

/** The certificate in the text or DER, or undefined where there is no readable one. */
export function findCertificate(data: string | Buffer): Certificate | undefined {
  const text = typeof data === "string" ? data.trim() : undefined;
  const known = text === undefined ? undefined : authorities.get(text);
  if (known) return known;
  try {
    const read = new Read(new X509Certificate(text ?? data));
    if (text !== undefined && read.x509.ca) remember(text, read);
    return read;
  } catch {
    return undefined;
  }
}

/** The oldest goes first: who sends many of his own fills no memory. */
function remember(text: string, read: Certificate): void {
  const [oldest] = authorities.keys();
  if (oldest !== undefined && authorities.size >= MOST_AUTHORITIES) authorities.delete(oldest);
  authorities.set(text, read);
}

/** Readable ones, each once. */
export function certificatesFrom(data: readonly (string | Buffer)[]): Certificate[] {
  const read = data.map(findCertificate).filter((each) => each !== undefined);
  return [...new Map(read.map((each) => [each.id, each])).values()];
}

/** Whether the issuer's name and key made this certificate, and the key is there to sign certificates. */
export function isIssuedBy(below: Certificate, issuer: Certificate): boolean {
  return below.isIssuedBy(issuer);
}

/** Odd keys and algorithms prove nothing. */
function isSignedBy(below: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return below.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

class Read implements Certificate {
  readonly id: string;
  readonly serialNumber: string;
  readonly from: number;
  readonly to: number;
  #reader: Reader | undefined;
  #isSelfSigned: boolean | undefined;
  #pathLength: number | undefined;
  readonly #signers = new Map<string, boolean>();

  readonly x509: X509Certificate;

  constructor(x509: X509Certificate) {
    this.x509 = x509;
    this.id = x509.fingerprint256;
    this.serialNumber = x509.serialNumber;
    this.from = new Date(x509.validFrom).getTime();
    this.to = new Date(x509.validTo).getTime();
  }

  /** Neither of the two ever changes: of CAs that come with each order it is found out once. */
  isIssuedBy(issuer: Certificate): boolean {
    const found = this.#signers.get(issuer.id);
    if (found !== undefined) return found;
    const is = this.x509.checkIssued(issuer.x509) && isSignedBy(this.x509, issuer.x509);
    if (this.#signers.size < MOST_AUTHORITIES) this.#signers.set(issuer.id, is);
    return is;
  }

  get isSelfSigned(): boolean {
    this.#isSelfSigned ??= isSignedBy(this.x509, this.x509);
    return this.#isSelfSigned;
  }

  get pathLength(): number {
    // What cannot be read allows nothing.
    this.#pathLength ??= this.#ask(
      (it) => it.getExtension(x509().BasicConstraintsExtension)?.pathLength ?? Number.POSITIVE_INFINITY,
      0,
    );
    return this.#pathLength;
  }

  get isForServers(): boolean {
    const purposes: readonly string[] | undefined = this.x509.keyUsage;
    return !purposes || purposes.includes(SERVER_AUTH) || purposes.includes(ANY_PURPOSE);
  }

  get names(): string[] {
    // As good as all have plain DNS names only, which Node writes as they are; it puts others in quotes (CVE-2021-44532).
    const { subjectAltName = "" } = this.x509;
    if (PLAIN_NAMES.test(subjectAltName)) return subjectAltName.toLowerCase().replaceAll("dns:", "").split(", ");
    const names = this.#ask((it) => it.getExtension(x509().SubjectAlternativeNameExtension)?.names.toJSON() ?? [], []);
    return names.filter(({ type }) => type === "dns").map(({ value }) => value.toLowerCase());
  }

  get issuerUrls(): string[] {
    const issuers = this.#ask((it) => it.getExtension(x509().AuthorityInfoAccessExtension)?.caIssuers ?? [], []);
    return issuers.filter(({ type }) => type === "url").map(({ value }) => value);
  }

  get issuerName(): string {
    const lines = this.x509.issuer.split("\n");
    return lines.find((line) => line.startsWith("CN="))?.slice(3) ?? lines.join(", ");
  }

  /** The library reads an extension only when asked, and throws then. */
  #ask<T>(question: (reader: Reader) => T, otherwise: T): T {
    try {
      this.#reader ??= new (x509().X509Certificate)(this.x509.raw);
      return question(this.#reader);
    } catch {
      return otherwise;
    }
  }
}
