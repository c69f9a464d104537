// `certificate show`, `pem`, `files`, `explain` and `list`: what is known of one certificate, and of many.
import { Refused, Unavailable } from "../../../shared/base/errors.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { FileName } from "../../../shared/delivery/files.ts";
import { type Column, listed, listedFields, tableOf } from "../columns.ts";
import { isResult, type ListQuery, type Orders, type Seen, type Shown } from "../port/orders.ts";
import { table } from "../table.ts";
import { PRINTED, type Stream } from "../terminal.ts";
import { certificateText } from "./text.ts";

/** Stable: scripts read them. New ones go to the end. */
export const COLUMNS: readonly Column<Shown>[] = [
  { name: "reference", of: ({ reference }) => reference },
  { name: "status", of: ({ status }) => status },
  { name: "domain", of: ({ domain }) => domain },
  { name: "product", of: ({ product }) => product },
  { name: "expires", of: ({ expirationDate }) => expirationDate },
  { name: "attention", of: ({ attention }) => attention?.code },
  { name: "daysLeft", of: ({ attention }) => attention?.daysLeft, isWide: true },
  { name: "nextAction", of: ({ nextAction }) => nextAction?.kind, isWide: true },
  { name: "nextAt", of: ({ nextAction }) => nextAction?.at, isWide: true },
  { name: "paidUntil", of: ({ paidUntil }) => paidUntil, isWide: true },
  { name: "years", of: ({ years }) => years, isWide: true },
  { name: "account", of: ({ account }) => account, isWide: true },
  { name: "certId", of: ({ certId }) => certId, isWide: true },
  { name: "tenant", of: ({ tenant }) => tenant, isWide: true },
  { name: "acceptedAt", of: ({ acceptedAt }) => acceptedAt, isWide: true },
];

/** All there is to know of one certificate. */
export async function showCertificate(reference: string, orders: Pick<Orders, "find">): Promise<Result> {
  const seen = await orders.find(reference);
  return isResult(seen) ? seen : shownResult(seen);
}

export function shownResult(seen: Seen): Result {
  const { shown } = seen;
  return { ending: "done", text: certificateText(seen), json: shown, listed: listed(COLUMNS, [shown]) };
}

/** The current certificate, leaf first, then its chain. */
export async function pemOf(reference: string, orders: Pick<Orders, "pem">): Promise<Result> {
  const issue = await orders.pem(reference);
  if (isResult(issue)) return issue;
  return { ending: "done", text: issue.pem.trimEnd(), json: { reference, pem: issue.pem } };
}

/** Which files there are of the current certificate; with a name, what is in that one. */
export async function filesOfCertificate(
  reference: string,
  name: FileName | undefined,
  orders: Pick<Orders, "files" | "file">,
): Promise<Result> {
  if (name !== undefined) {
    const found = await orders.file(reference, name);
    if (isResult(found)) return found;
    const { content } = found;
    return { ending: "done", text: content.trimEnd(), json: { reference, file: name, content } };
  }
  const found = await orders.files(reference);
  if (isResult(found)) return found;
  const { files } = found;
  const rows = files.map((each) => [each.name, each.holds, each.for]);
  return {
    ending: "done",
    text: table(["FILE", "HOLDS", "FOR"], rows),
    json: { reference, files },
    listed: listed(FILE_COLUMNS, files),
  };
}

const FILE_COLUMNS = ["name", "contentType", "holds", "for"].map((name) => ({
  name,
  of: (file: object) => (file as Record<string, string>)[name],
}));

/** Where an order stands, in plain words. */
export async function explainCertificate(reference: string, orders: Pick<Orders, "explain">): Promise<Result> {
  const found = await orders.explain(reference);
  if (isResult(found)) return found;
  const { explanation, facts, ledger, troubles } = found;
  return {
    ending: "done",
    text: [explanation, "", ...facts].join("\n"),
    json: { reference, explanation, ledger, troubles },
    listed: listedFields([{ reference, explanation }], "reference explanation"),
  };
}

/** One page of certificates as a table; as JSON it is what `GET /v1/certificates` answers. */
export async function listCertificates(
  query: ListQuery,
  page: { limit: number; cursor?: string | undefined },
  orders: Pick<Orders, "page">,
): Promise<Result> {
  const found = await orders.page(query, page);
  if (isResult(found)) return found;
  const { items, nextCursor } = found;
  const more = nextCursor ? `There are more: --cursor ${nextCursor}` : undefined;
  const note = items.length === 0 ? "No certificate matches." : more;
  const rows = listed(COLUMNS, items);
  return { ending: "done", text: tableOf(rows, items), json: found, listed: rows, ...(note && { note }) };
}

const MOST_A_PAGE = 200;

/** Every page, one after the other, printed as it comes. */
export async function listAllCertificates(
  query: ListQuery,
  orders: Pick<Orders, "page">,
  stream: Stream,
): Promise<Result> {
  const first = await orders.page(query, { limit: MOST_A_PAGE });
  if (isResult(first)) return first;
  await stream(listed(COLUMNS, pagesAfter(first, query, orders)));
  return PRINTED;
}

async function* pagesAfter(
  first: { items: Shown[]; nextCursor: string | null },
  query: ListQuery,
  orders: Pick<Orders, "page">,
): AsyncGenerator<Shown> {
  for (let page = first; ; ) {
    yield* page.items;
    if (page.nextCursor === null) return;
    const next = await orders.page(query, { limit: MOST_A_PAGE, cursor: page.nextCursor });
    if (isResult(next)) throw lost(next);
    page = next;
  }
}

/** In the middle of a list: what is printed stays, and the exit code says that it is not all. */
function lost({ ending, note }: Result): Error {
  const words = `The list is not whole: ${note ?? "its next page cannot be had."}`;
  return ending === "later" ? new Unavailable(words) : new Refused(words);
}
