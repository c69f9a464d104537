// The proofs of control over a domain that the owner must place: a DNS record or a file.
import type { XmlElement } from "../wire/document.ts";
import { anyTextOf } from "./fields.ts";

export interface DnsRecord {
  /** As eNom names it; `@` is the domain itself. */
  name: string;
  /** `TXT` or `CNAME`, as eNom says it. */
  type: string;
  value: string;
}

export interface FileProof {
  url: string;
  content: string;
}

/**
 * Both are null until eNom fills them. Where it names no type (only CertConfigureCert is documented to), the record is
 * a TXT. (eNom API, CertConfigureCert, CertPurchaseCert and CertGetCertDetail)
 */
export function dnsOf(payload: XmlElement): DnsRecord | null {
  const value = anyTextOf(payload, "DNSAuthAddress");
  const type = anyTextOf(payload, "DNSAuthType").toUpperCase() || "TXT";
  return value === "" ? null : { name: anyTextOf(payload, "DNSAuthEntry") || "@", type, value };
}

export function fileOf(payload: XmlElement): FileProof | null {
  const [url, content] = [anyTextOf(payload, "FileAuthName"), anyTextOf(payload, "FileAuthContents")];
  return url === "" || content === "" ? null : { url, content };
}
