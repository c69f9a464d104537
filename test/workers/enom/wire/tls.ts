// Certificates that no public authority has signed, for servers on loopback.
import { webcrypto } from "node:crypto";
import "reflect-metadata";
import { PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";

/** Valid for this one address, and in these years. */
export async function selfSigned(
  ip: string,
  [begin, end]: readonly [string, string] = ["2020-01-01", "2049-12-31"],
): Promise<{ key: string; cert: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const names = new SubjectAlternativeNameExtension([{ type: "ip", value: ip }]);
  const lifetime = { notBefore: new Date(begin), notAfter: new Date(end) };
  const cert = await X509CertificateGenerator.createSelfSigned({
    name: "CN=eNom",
    keys,
    extensions: [names],
    signingAlgorithm: algorithm,
    ...lifetime,
  });
  const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { key: PemConverter.encode(key, "PRIVATE KEY"), cert: cert.toString("pem") };
}
