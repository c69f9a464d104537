// `certificate show`: all there is to know of one certificate.
import { project } from "../../shared/projection.ts";
import type { Result } from "../../shared/verb.ts";
import { certificateText } from "./certificate-text.ts";
import { type Fleet, notFound } from "./fleet.ts";

export async function showCertificate(reference: string, { certificates, policyFor, clock }: Fleet): Promise<Result> {
  const certificate = await certificates.find(reference);
  if (!certificate) return notFound(reference);
  const projection = project(certificate, clock.now(), policyFor);
  return { ending: "done", text: certificateText(projection, certificate), json: projection };
}
