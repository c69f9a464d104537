// `certificate csr`: another CSR for an order that is not issued; the slot and its money stay.
import { failure, type Result } from "../../../shared/base/result.ts";
import { requestCsr } from "../../../shared/certificate/changes/csr-correction.ts";
import type { Approver } from "../../../shared/certificate/order.ts";
import { change, type Fleet } from "../fleet.ts";
import { wrong } from "../input.ts";
import { showCertificate } from "./read.ts";
import { carriedOut } from "./write.ts";

export interface CsrOptions {
  csr: string;
  reason: string;
  approverEmail?: string | undefined;
  approverMethod?: "dns" | "file" | undefined;
}

/** The approver as an order names it; undefined where the present one stays. */
function approverOf({ approverEmail, approverMethod }: CsrOptions): Approver | undefined {
  if (approverMethod !== undefined) return { method: approverMethod };
  return approverEmail === undefined ? undefined : { method: "email", email: approverEmail };
}

/** Ends in `conflict` when it is not possible any more, in `unknown` when no worker carried it out in time; it stays kept then. */
export async function correctCsr(
  reference: string,
  options: CsrOptions,
  fleet: Fleet,
  waitMs?: number,
): Promise<Result> {
  const { csr, reason, approverEmail, approverMethod } = options;
  if (approverEmail !== undefined && approverMethod !== undefined)
    return failure("usage", "Give --approver-email or --approver-method, not both.");
  const wanted = { csr, reason, approver: approverOf(options), who: fleet.who };
  const kept = await change(reference, fleet, async (certificate) => {
    const answer = await requestCsr(certificate, wanted, fleet.clock.now(), fleet.intake);
    switch (answer.kind) {
      case "requested":
        return answer.certificate;
      case "wrong":
        return wrong(answer.faults);
      case "conflict":
        return failure("conflict", answer.message);
      case "same":
        return { ...(await showCertificate(reference, fleet)), note: `${reference} has this CSR already.` };
    }
  });
  if ("ending" in kept) return kept;
  await fleet.enqueue("open", { reference });
  return carriedOut(reference, "The new CSR", fleet, waitMs);
}
