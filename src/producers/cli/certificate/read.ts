// `certificate show`, `pem`, `files`, `explain` and `list`: what is known of one certificate, and of many.
import { failure, type Result } from "../../../shared/base/result.ts";
import { isCursor, type Query } from "../../../shared/certificate/list.ts";
import { project } from "../../../shared/certificate/projection.ts";
import { type FileName, fileOf, filesOf } from "../../../shared/delivery/files.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { table } from "../table.ts";
import { explain } from "./explanation.ts";
import { findSurroundings } from "./surroundings.ts";
import { certificateText } from "./text.ts";

/** All there is to know of one certificate. */
export async function showCertificate(reference: string, { certificates, policyFor, clock }: Fleet): Promise<Result> {
  const certificate = await certificates.find(reference);
  if (!certificate) return notFound(reference);
  const projection = project(certificate, clock.now(), policyFor);
  return { ending: "done", text: certificateText(projection, certificate), json: projection };
}

/** The current certificate, leaf first, then its chain. */
export async function pemOf(reference: string, fleet: Fleet): Promise<Result> {
  const certificate = await fleet.certificates.find(reference);
  if (!certificate) return notFound(reference);
  const { issue } = certificate.record;
  if (issue) return { ending: "done", text: issue.pem.trimEnd(), json: { reference, pem: issue.pem } };
  const [why] = explain(certificate, fleet, await findSurroundings(certificate, fleet));
  return failure("conflict", `There is no certificate yet. ${why}`);
}

/** Which files there are of the current certificate; with a name, what is in that one. */
export async function filesOfCertificate(reference: string, name: FileName | undefined, fleet: Fleet): Promise<Result> {
  const certificate = await fleet.certificates.find(reference);
  if (!certificate) return notFound(reference);
  const { issue } = certificate.record;
  if (!issue) {
    const [why] = explain(certificate, fleet, await findSurroundings(certificate, fleet));
    return failure("conflict", `There is no certificate yet. ${why}`);
  }
  if (name === undefined) {
    const files = filesOf(issue);
    const rows = files.map((each) => [each.name, each.holds, each.for]);
    return { ending: "done", text: table(["FILE", "HOLDS", "FOR"], rows), json: { reference, files } };
  }
  const content = fileOf(issue, name);
  if (content === null)
    return failure("conflict", `There is nothing for ${name}: the current certificate was delivered without a chain.`);
  return { ending: "done", text: content.trimEnd(), json: { reference, file: name, content } };
}

/** Where an order stands, in plain words. */
export async function explainCertificate(reference: string, fleet: Fleet): Promise<Result> {
  const certificate = await fleet.certificates.find(reference);
  if (!certificate) return notFound(reference);
  const surroundings = await findSurroundings(certificate, fleet);
  const [paragraph = "", ...facts] = explain(certificate, fleet, surroundings);
  const { state, attempt, certId } = certificate;
  return {
    ending: "done",
    text: [paragraph, "", ...facts].join("\n"),
    json: {
      reference,
      explanation: paragraph,
      ledger: { state, attempts: attempt, certId },
      troubles: surroundings.troubles,
    },
  };
}

/** One page of certificates as a table; as JSON it is what `GET /v1/certificates` answers. */
export async function listCertificates(
  query: Query,
  page: { limit: number; cursor?: string | undefined },
  { certificates, policyFor, clock }: Fleet,
): Promise<Result> {
  if (page.cursor !== undefined && !isCursor(page.cursor))
    return failure("usage", "--cursor must be the cursor that the previous page printed.");
  const now = clock.now();
  const found = await certificates.list(query, page, now);
  const shown = found.certificates.map((each) => project(each, now, policyFor));
  const rows = shown.map(({ reference, status, domain, product, expirationDate, attention }) => [
    ...[reference, status, domain, product, expirationDate ?? "–"],
    attention?.code ?? "–",
  ]);
  const more = found.cursor ? `There are more: --cursor ${found.cursor}` : undefined;
  const note = shown.length === 0 ? "No certificate matches." : more;
  return {
    ending: "done",
    text: rows.length === 0 ? "" : table(["REFERENCE", "STATUS", "DOMAIN", "PRODUCT", "EXPIRES", "ATTENTION"], rows),
    json: { items: shown, nextCursor: found.cursor },
    ...(note && { note }),
  };
}
