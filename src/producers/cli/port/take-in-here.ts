// Hands a certificate in where the fleet's Redis is: checked, kept as a request, and a worker takes it in.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import type { Fleet } from "../fleet.ts";
import { wrong } from "../input.ts";
import { isResult, type Seen } from "./orders.ts";

interface Here {
  fleet: Fleet;
  seenOf: (certificate: Certificate) => Seen;
  /** Reads, changes, saves, and writes it to the audit trail before. */
  changed: (
    action: string,
    reference: string,
    how: { make: (certificate: Certificate) => Promise<Certificate | Result> },
  ) => Promise<Certificate | Result>;
}

export async function takeInHere(
  reference: string,
  pem: string,
  { fleet: { clock, who, enqueue }, seenOf, changed }: Here,
): Promise<Seen | Result> {
  const { requestTakeIn } = await import("../../../shared/certificate/changes/take-in.ts");
  let same: Certificate | undefined;
  const saved = await changed("take-in", reference, {
    make: async (certificate) => {
      same = undefined;
      const answer = await requestTakeIn(certificate, { pem, who }, clock.now());
      if (answer.kind === "wrong") return wrong(answer.faults);
      if (answer.kind === "conflict") return failure("conflict", answer.message);
      if (answer.kind === "requested") return answer.certificate;
      same = certificate;
      return NOTHING_TO_SAVE;
    },
  });
  if (isResult(saved)) return same ? seenOf(same) : saved;
  await enqueue("open", { reference });
  return seenOf(saved);
}

const NOTHING_TO_SAVE: Result = { ending: "done", text: "", json: null };
