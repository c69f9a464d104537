// `certificate explain`: where an order stands, in plain words.
import type { Result } from "../../../shared/base/result.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { explain } from "./explanation.ts";

export async function explainCertificate(
  reference: string,
  { certificates, clock, policyFor }: Fleet,
): Promise<Result> {
  const certificate = await certificates.find(reference);
  if (!certificate) return notFound(reference);
  const [paragraph = "", ...facts] = explain(certificate, clock.now(), policyFor);
  const { state, attempt, certId } = certificate;
  return {
    ending: "done",
    text: [paragraph, "", ...facts].join("\n"),
    json: { reference, explanation: paragraph, ledger: { state, attempts: attempt, certId } },
  };
}
