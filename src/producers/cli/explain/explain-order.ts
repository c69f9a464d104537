// Where an order stands, for `certificate explain`, the API and whoever asks in vain for a certificate.
import type { Certificate, LedgerState } from "../../../shared/certificate/certificate.ts";
import { explain } from "./explanation.ts";
import { findSurroundings, type Known } from "./surroundings.ts";

export interface Explanation {
  reference: string;
  explanation: string;
  /** Of the ledger, a line each. */
  facts: string[];
  ledger: { state: LedgerState; attempts: number; certId: number | null };
  troubles: readonly object[];
}

export async function explainOrder(certificate: Certificate, fleet: Known): Promise<Explanation> {
  const surroundings = await findSurroundings(certificate, fleet);
  const [explanation = "", ...facts] = explain(certificate, fleet, surroundings);
  const { order, state, attempt, certId } = certificate;
  const ledger = { state, attempts: attempt, certId };
  return { reference: order.reference, explanation, facts, ledger, troubles: surroundings.troubles };
}

/** The one paragraph of it. */
export async function whyNot(certificate: Certificate, fleet: Known): Promise<string> {
  return (await explainOrder(certificate, fleet)).explanation;
}
