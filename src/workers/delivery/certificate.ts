// The delivery's own name for what both sides read of a certificate.
export * from "../../shared/delivery/x509.ts";
