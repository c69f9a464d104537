// `certificate reissue`: asks for a new certificate of the same slot, through the same check as HTTP.
import { randomUUID } from "node:crypto";
import { failure, type Result } from "../../../shared/base/result.ts";
import { requestReissue } from "../../../shared/certificate/reissue-request.ts";
import { change, type Fleet } from "../fleet.ts";
import { wrong } from "../input.ts";
import { showCertificate } from "./show.ts";

export async function reissueCertificate(
  reference: string,
  wanted: { csr?: string | undefined; reason?: string | undefined },
  fleet: Fleet,
): Promise<Result> {
  const request = { ...wanted, id: `cli:${randomUUID()}`, who: fleet.who };
  const made = await change(reference, fleet, async (certificate) => {
    const answer = await requestReissue(certificate, request, fleet.clock.now());
    switch (answer.kind) {
      case "requested":
        return answer.certificate;
      case "wrong":
        return wrong(answer.faults);
      case "conflict":
        return failure("conflict", answer.message);
      case "same":
        return certificate;
    }
  });
  if ("ending" in made) return made;
  await fleet.enqueue("reissue", { reference });
  return { ...(await showCertificate(reference, fleet)), note: `A reissue of ${reference} is requested.` };
}
