// Certificates as text (RFC 7468): every one that a text holds, and the strict form that they are written in.
import { x509 } from "../intake/x509.ts";

/** Labels of a certificate that OpenSSL and old programs wrote (RFC 7468 5.1), and of PKCS #7 (section 8 and 9). */
const BLOCK =
  /-----BEGIN ((?:X509 |X\.509 )?CERTIFICATE|TRUSTED CERTIFICATE|PKCS ?#?7|CMS)-----([^-]*)-----END \1-----/g;

/**
 * Every certificate in the text, in its order, each in the strict form: 64 columns, `\n` line ends. Text around the
 * blocks, blanks and line ends of any kind are passed over; a PKCS #7 block is opened.
 */
export function certificatesIn(text: string): string[] {
  return Array.from(text.matchAll(BLOCK), ([, label = "", body = ""]) => {
    const base64 = body.replace(/\s+/g, "");
    return /7|CMS/.test(label) ? heldBy(base64) : [block("CERTIFICATE", base64)];
  }).flat();
}

/** Certificates of a PKCS #7 message (RFC 5652, certs-only), DER. None where it cannot be read. */
export function certificatesOfPkcs7(der: Buffer): string[] {
  return heldBy(der.toString("base64"));
}

/** One block: 64 columns, one `\n` at the end. */
export function block(label: string, base64: string): string {
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function heldBy(base64: string): string[] {
  try {
    const held = new (x509().X509Certificates)(Buffer.from(base64, "base64"));
    return held.map(({ rawData }) => block("CERTIFICATE", Buffer.from(rawData).toString("base64")));
  } catch {
    return []; // no PKCS #7, or a damaged one: it holds nothing that could be delivered
  }
}
