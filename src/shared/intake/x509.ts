// The library for X.509, loaded with the first request or certificate that is read: its 250 files are a fifth of what a process
// loads, and workers that mail or call webhooks never need them.
import { createRequire } from "node:module";

const load = createRequire(import.meta.url);

type X509 = typeof import("@peculiar/x509");
type Asn1 = typeof import("@peculiar/asn1-schema") & typeof import("@peculiar/asn1-x509");

let certificates: X509 | undefined;
let structures: Asn1 | undefined;

export function x509(): X509 {
  if (!certificates) load("reflect-metadata"); // it has to be there first
  certificates ??= load("@peculiar/x509") as X509;
  return certificates;
}

/** What X.509 is written in: ASN.1, and its structures. */
export function asn1(): Asn1 {
  structures ??= { ...load("@peculiar/asn1-schema"), ...load("@peculiar/asn1-x509") } as Asn1;
  return structures;
}
