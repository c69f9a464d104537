// The proofs of control over a domain that the owner must place: a DNS record or a file.
import type { EnomSwitches } from "../../../shared/enom/switches.ts";
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

export type RecordSwitches = Pick<EnomSwitches, "dnsRecordType" | "dnsRecordName">;

/**
 * Both are null until eNom fills them. Where it names no type (only CertConfigureCert is documented to), the record is
 * a TXT, unless the account's switches say otherwise. (eNom API, CertConfigureCert, CertPurchaseCert and
 * CertGetCertDetail)
 */
export function dnsOf(payload: XmlElement, { dnsRecordType, dnsRecordName = "@" }: RecordSwitches): DnsRecord | null {
  const value = anyTextOf(payload, "DNSAuthAddress");
  const type = dnsRecordType ?? (anyTextOf(payload, "DNSAuthType").toUpperCase() || "TXT");
  return value === "" ? null : { name: anyTextOf(payload, "DNSAuthEntry") || dnsRecordName, type, value };
}

export function fileOf(payload: XmlElement): FileProof | null {
  const [url, content] = [anyTextOf(payload, "FileAuthName"), anyTextOf(payload, "FileAuthContents")];
  return url === "" || content === "" ? null : { url, content };
}
