// The questions of a first contact, one after the other: harmless ones only. What one of them meets never keeps the next
// from being asked, but for an eNom that is not there or lets nobody in.
import type { EnomClient, Heard } from "../enom/client.ts";
import { anyTextOf } from "../enom/commands/fields.ts";
import { decodeXml } from "../enom/wire/charset.ts";
import { descendants, parseDocument, type XmlElement } from "../enom/wire/document.ts";
import { readAnswer } from "../enom/wire/envelope.ts";
import { troubleOf } from "../enom/wire/trouble.ts";

const PAGE = 250;
/** Of each status so many certificates are looked at. */
const OF_EACH_STATUS = 5;
/** A list that never ends is none: an account of 25,000 certificates has as many pages. */
const MOST_PAGES = 200;
/** Nobody lets us in, or nobody is there: asked so often in a row, more questions would only make it worse. */
const MOST_IN_VAIN = 2;
const IN_VAIN = new Set([
  ...["login-refused", "address-not-permitted", "name-not-resolved", "connection-refused", "unreachable"],
  ...["connect-timed-out", "answer-timed-out", "connection-lost", "redirect"],
  ...["tls-wrong-name", "tls-expired", "tls-untrusted", "tls-failed"],
]);

/** One certificate as far as anything of its row can be read. */
interface Row {
  certId: string;
  orderId: string;
  statusId: string;
  domain: string;
}

export interface Walking {
  client: Pick<EnomClient, "ask">;
  /** What was heard last. */
  last: () => Heard | undefined;
  /** Told before each question. */
  tell?: ((command: string) => void) | undefined;
}

/** Asks all of them. Never throws: each answer is heard, whatever it is. */
export async function walkAccount({ client, last, tell = () => undefined }: Walking): Promise<void> {
  let inVain = 0;
  const ask = async (command: string, parameters: Record<string, string> = {}): Promise<XmlElement | undefined> => {
    if (inVain >= MOST_IN_VAIN) return undefined;
    tell(command);
    const before = last();
    const isWell = await client.ask(command, parameters).then(
      () => true,
      () => false,
    );
    const heard = last();
    if (!heard || heard === before) return undefined; // no turn in time: nothing was sent
    inVain = isWell || !isInVain(heard) ? 0 : inVain + 1;
    return isWell ? documentOf(heard) : undefined;
  };

  await ask("CheckLogin");
  await ask("GetBalance");
  await ask("GetCerts");
  const rows = await askPages(ask);
  for (const { certId } of chosen(rows)) await ask("CertGetCertDetail", { CertID: certId });
  const orders = await ask("GetOrderList", { Start: "1" });
  const order = orderToLookAt(orders, rows);
  if (order) await ask("GetOrderDetail", { OrderID: order });
  await ask("GetTransHistory", { StartPosition: "1" });
  const waiting = rows
    .filter(isNamed)
    .find(({ statusId, domain }) => domain !== "" && ["1", "9", "2"].includes(statusId));
  if (waiting)
    await ask("CertGetApproverEmail", { CertID: waiting.certId, Domain: waiting.domain.replace(/^\*\./, "") });
}

/** All pages, by what each shows: some accounts' pages are shorter than was asked for. */
async function askPages(
  ask: (command: string, parameters: Record<string, string>) => Promise<XmlElement | undefined>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const sorted = { SortBy: "CertID", SortByDirection: "Desc" };
  for (let page = 0; page < MOST_PAGES; page++) {
    const place = { StartPosition: String(rows.length + 1), PagingPageSize: String(PAGE) };
    const root = await ask("CertGetCerts", { ...sorted, ...place });
    if (!root) return rows;
    const found = descendants(root, (name) => name === "cert").map(rowOf);
    rows.push(...found);
    const [total] = descendants(root, (name) => name === "totalcertcount" || name === "totalrecords");
    if (found.length === 0 || !total || rows.length >= Number(total.text)) return rows;
  }
  return rows;
}

function rowOf(element: XmlElement): Row {
  const of = (name: string): string => anyTextOf(element, name);
  return { certId: of("CertID"), orderId: of("OrderID"), statusId: of("CertStatusID"), domain: of("DomainName") };
}

function isNamed({ certId }: Row): boolean {
  return /^[1-9]\d{0,9}$/.test(certId);
}

/** The newest of each status, and one of the oldest: what was written long ago may look different. */
function chosen(rows: readonly Row[]): Row[] {
  return [...Map.groupBy(rows.filter(isNamed), ({ statusId }) => statusId).values()].flatMap((same) =>
    same.length <= OF_EACH_STATUS ? same : [...same.slice(0, OF_EACH_STATUS - 1), ...same.slice(-1)],
  );
}

/** One that no certificate names, if there is one: it tells what else is sold here. */
function orderToLookAt(root: XmlElement | undefined, rows: readonly Row[]): string | undefined {
  const listed = (root ? descendants(root, (name) => name === "orderdetail") : [])
    .map((row) => anyTextOf(row, "OrderID"))
    .filter((id) => /^[1-9]\d{0,9}$/.test(id));
  const known = new Set(rows.map(({ orderId }) => orderId));
  return (rows.length > 0 ? listed.find((id) => !known.has(id)) : undefined) ?? listed[0] ?? rows[0]?.orderId;
}

function isInVain({ command, posted }: Heard): boolean {
  const verdict = posted.kind === "answer" ? readAnswer(command, posted.answer) : undefined;
  const trouble = troubleOf(posted, verdict ?? { kind: "unreadable", reason: "" });
  return trouble !== undefined && IN_VAIN.has(trouble.cause);
}

function documentOf({ posted }: Heard): XmlElement | undefined {
  if (posted.kind !== "answer") return undefined;
  try {
    return parseDocument(decodeXml(posted.answer.body, posted.answer.contentType));
  } catch {
    return undefined;
  }
}
