// `certificate list`: one page of certificates as a table.

import { failure, type Result } from "../../../shared/base/result.ts";
import { isCursor, type Query } from "../../../shared/certificate/list.ts";
import { project } from "../../../shared/certificate/projection.ts";
import type { Fleet } from "../fleet.ts";
import { table } from "../table.ts";

/** As JSON it is what `GET /v1/certificates` answers. */
export async function listCertificates(
  query: Query,
  page: { limit: number; cursor?: string | undefined },
  { certificates, policyFor, clock }: Fleet,
): Promise<Result> {
  if (page.cursor !== undefined && !isCursor(page.cursor))
    return failure("usage", "--cursor must be what the page before this one named.");
  const now = clock.now();
  const found = await certificates.list(query, page, now);
  const shown = found.certificates.map((each) => project(each, now, policyFor));
  const rows = shown.map(({ reference, status, domain, product, expirationDate, attention }) => [
    ...[reference, status, domain, product, expirationDate ?? "–"],
    attention?.code ?? "–",
  ]);
  const more = found.cursor ? `There are more: --cursor ${found.cursor}` : undefined;
  const note = shown.length === 0 ? "No certificate fits." : more;
  return {
    ending: "done",
    text: rows.length === 0 ? "" : table(["REFERENCE", "STATUS", "DOMAIN", "PRODUCT", "EXPIRES", "ATTENTION"], rows),
    json: { items: shown, nextCursor: found.cursor },
    ...(note && { note }),
  };
}
