// CSRs with any subject: OpenSSL's command line leaves out what is empty.
import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { type JsonName, Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** A CSR in PEM with these attributes in this order, each in a relative name of its own. */
export async function makeCsrOf(subject: Readonly<Record<string, string>>): Promise<string> {
  const name: JsonName = Object.entries(subject).map(([attribute, value]) => ({ [attribute]: [value] }));
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const request = await Pkcs10CertificateRequestGenerator.create(
    { name, keys, signingAlgorithm: ALGORITHM },
    webcrypto as never,
  );
  return `${request.toString("pem")}\n`;
}
