// The proofs of control over a domain that the owner must place: a DNS record or a file.
import type { XmlElement } from "../wire/document.ts";
import { anyTextOf } from "./fields.ts";

export interface DnsRecord {
  /** As eNom names it; `@` is the domain itself. */
  name: string;
  type: "TXT";
  value: string;
}

export interface FileProof {
  url: string;
  content: string;
}

/** Both are null until eNom fills them. (eNom API, CertPurchaseCert and CertGetCertDetail) */
export function dnsOf(payload: XmlElement): DnsRecord | null {
  const value = anyTextOf(payload, "DNSAuthAddress");
  return value === "" ? null : { name: anyTextOf(payload, "DNSAuthEntry") || "@", type: "TXT", value };
}

export function fileOf(payload: XmlElement): FileProof | null {
  const [url, content] = [anyTextOf(payload, "FileAuthName"), anyTextOf(payload, "FileAuthContents")];
  return url === "" || content === "" ? null : { url, content };
}
