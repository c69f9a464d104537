// `certificate show`: all there is to know of one certificate.

import type { Result } from "../../../shared/base/result.ts";
import { project } from "../../../shared/certificate/projection.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { certificateText } from "./text.ts";

export async function showCertificate(reference: string, { certificates, policyFor, clock }: Fleet): Promise<Result> {
  const certificate = await certificates.find(reference);
  if (!certificate) return notFound(reference);
  const projection = project(certificate, clock.now(), policyFor);
  return { ending: "done", text: certificateText(projection, certificate), json: projection };
}
