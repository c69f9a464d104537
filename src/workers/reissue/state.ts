// Notes how far a reissue is.
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { withEvent } from "../../shared/certificate/record.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { clearTrouble } from "../order/waiting.ts";

export function saveState(
  certificate: Certificate,
  state: "requested" | "sending" | "sent",
  needs: OrderNeeds,
): Promise<Certificate> {
  const now = needs.clock.now();
  const { record } = certificate;
  const reissue = record.reissue && { ...record.reissue, state };
  const calm = state === "sending" ? record : clearTrouble(record, now);
  const next = withEvent({ ...calm, reissue }, now, `reissue.${state}`);
  return needs.certificates.save({ ...certificate, record: next }, now);
}
