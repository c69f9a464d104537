// An order that eNom refuses for good: it fails, with the reason, and nothing is tried again.
import { type Certificate, withEvent } from "../../shared/certificate.ts";
import type { OrderNeeds } from "./needs.ts";
import { fresh } from "./own.ts";

export async function ended(
  reference: string,
  failure: { code: string; message: string },
  needs: OrderNeeds,
): Promise<Certificate> {
  const certificate = await fresh(reference, needs);
  if (certificate.state !== "REFUSED") return certificate;
  const now = needs.clock.now();
  const over = { ...certificate.record, failure, attention: null, trouble: null, nextLookAt: null };
  return needs.certificates.save(
    { ...certificate, record: withEvent(over, now, "certificate.failed", failure.message) },
    now,
  );
}
