// What an owner publishes to prove a domain without mail: a file or a DNS record.

import type { Settings } from "../books/settings.ts";
import type { Slot } from "../books/slot.ts";
import { type Element, leaf } from "../wire/elements.ts";

/**
 * The four elements, in the order of CertPurchaseCert and CertGetCertDetail; empty unless the method asks for them. The
 * file's name is its whole URL; values come with line breaks around them. (eNom API, CertConfigureCert, DVAuthMethod)
 */
export function proofElements(
  { submission, configuration }: Slot,
  { variants }: Pick<Settings, "variants">,
): Element[] {
  const { method = "Email", proof = "" } = submission ?? {};
  const file = method === "File";
  const dns = method === "DNS";
  const url = `http://${configuration?.domain ?? ""}/.well-known/pki-validation/fileauth.txt`;
  return [
    leaf("FileAuthName", file ? `\n${url}\n` : ""),
    leaf("FileAuthContents", file ? `\n${proof}\n` : ""),
    leaf("DNSAuthEntry", dns ? "@" : ""),
    ...(dns && variants.dnsType !== "unsaid" ? [leaf("DNSAuthType", variants.dnsType)] : []),
    leaf("DNSAuthAddress", dns ? `\n${proof}\n` : ""),
  ];
}
