// `certificate pem`: the current certificate, leaf first, then its chain.
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { explain } from "./explanation.ts";

export async function pemOf(reference: string, { certificates, clock, policyFor }: Fleet): Promise<Result> {
  const certificate = await certificates.find(reference);
  if (!certificate) return notFound(reference);
  const { issue } = certificate.record;
  if (issue) return { ending: "done", text: issue.pem.trimEnd(), json: { reference, pem: issue.pem } };
  return failure("conflict", `There is no certificate yet. ${explain(certificate, clock.now(), policyFor)[0]}`);
}
