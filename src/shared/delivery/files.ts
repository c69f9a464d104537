// The files that an issued certificate is offered as. The private key is in none of them: only the customer has it.
import type { Issue } from "../certificate/record.ts";
import { x509 } from "../intake/x509.ts";
import { block, certificatesIn } from "./pem.ts";

/** RFC 8555 9.1; a single certificate is a chain of one. */
const PEM = "application/pem-certificate-chain";

interface FileKind {
  contentType: string;
  /** What is in it, for people. */
  holds: string;
  /** Which programs want it, and where. */
  for: string;
}

/** The names are the API's and the command line's: none is renamed. */
export const fileKinds = {
  "fullchain.pem": {
    contentType: PEM,
    holds: "The certificate, then its chain",
    for: "nginx (ssl_certificate), Apache 2.4.8 and newer (SSLCertificateFile), HAProxy and most others",
  },
  "certificate.pem": {
    contentType: PEM,
    holds: "The certificate alone",
    for: "cPanel (Certificate: CRT), Plesk (Certificate, *.crt), Apache before 2.4.8 (SSLCertificateFile)",
  },
  "chain.pem": {
    contentType: PEM,
    holds: "The chain alone, without certificate and root",
    for: "cPanel (Certificate Authority Bundle: CABUNDLE), Plesk (CA certificate, *-ca.crt), Apache before 2.4.8 (SSLCertificateChainFile)",
  },
  "certificate.p7b": {
    contentType: "application/x-pkcs7-certificates",
    holds: "The certificate and its chain as PKCS #7, in PEM",
    for: "IIS and other Windows programs, Tomcat (keytool -importcert)",
  },
} as const satisfies Record<string, FileKind>;

export type FileName = keyof typeof fileKinds;
export const fileNames = Object.keys(fileKinds) as [FileName, ...FileName[]];

/** Which files there are of this issue. One of an earlier version may have no chain. */
export function filesOf(issue: Pick<Issue, "pem">): ({ name: FileName } & FileKind)[] {
  return fileNames.filter((name) => fileOf(issue, name) !== null).map((name) => ({ name, ...fileKinds[name] }));
}

/** The text of a file; null where the issue has nothing for it (`chain.pem` without a chain). */
export function fileOf({ pem }: Pick<Issue, "pem">, name: FileName): string | null {
  const [leaf, ...chain] = certificatesIn(pem);
  if (!leaf) return null;
  switch (name) {
    case "fullchain.pem":
      return [leaf, ...chain].join("");
    case "certificate.pem":
      return leaf;
    case "chain.pem":
      return chain.length > 0 ? chain.join("") : null;
    case "certificate.p7b":
      return findPkcs7([leaf, ...chain]);
  }
}

/** Certs-only (RFC 5652 5.1), under the label that OpenSSL, Windows and Java read. */
function findPkcs7(certificates: readonly string[]): string | null {
  try {
    const { X509Certificate, X509Certificates } = x509();
    const held = new X509Certificates(certificates.map((each) => new X509Certificate(each)));
    return block("PKCS7", Buffer.from(held.export("raw")).toString("base64"));
  } catch {
    return null; // kept by hand, or spoilt: the PEM files still show what there is
  }
}
