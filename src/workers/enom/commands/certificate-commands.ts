// What eNom knows about certificates: one in full, or all of them page by page. Nothing here changes anything.
import { Unavailable } from "../../../shared/base/errors.ts";
import { certificatesIn } from "../../../shared/delivery/pem.ts";
import type { EnomClient } from "../client.ts";
import { findChild, type XmlElement } from "../wire/document.ts";
import type { Report } from "../wire/envelope.ts";
import type { FieldFault } from "../wire/not-understood.ts";
import {
  certificateOf,
  type ListedCertificate,
  type ListedRow,
  type RowSwitches,
  rowsIn,
  type UnreadRow,
} from "./certificate-rows.ts";
import { type ShownContacts, shownContacts } from "./contacts-shown.ts";
import { anyTextOf, getChild, numberOf, textOf, understand } from "./fields.ts";
import { type DnsRecord, dnsOf, type FileProof, fileOf, type RecordSwitches } from "./proof.ts";

export interface CertDetail extends ListedCertificate {
  statusDetail: string;
  message: string;
  /** PEM as eNom keeps it. */
  csr: string;
  /** The first certificate of SSLCertificate, else of the whole answer. Which one is the customer's, only its key tells. */
  certificatePem: string | null;
  /** All others of the answer, whatever element they stand in, each once. */
  intermediatesPem: string[];
  approverEmail: string;
  dns: DnsRecord | null;
  file: FileProof | null;
  /** Progress of a DNS or file proof, such as `FILE_NOT_FOUND`. */
  authStatus: string;
}

export interface CertificatePage {
  certificates: ListedRow[];
  /** Rows of which something that matters cannot be read: never passed over in silence. */
  unread: UnreadRow[];
  /** All certificates of the account. */
  total: number;
}

export interface CertificateCommands {
  detail(certId: number): Promise<CertDetail>;
  /** The same with the contacts, for an import; others need no people. */
  detailWithContacts(certId: number): Promise<CertDetail & { contacts: ShownContacts }>;
  /**
   * No filter and newest first, so that a certificate bought meanwhile is seen. `start` counts from 1, `size` is at
   * most 250. eNom may show fewer than `size` (its own limit is not documented to be that high): go on by how many
   * came, until `total`. While certificates are left, at least one comes.
   */
  listCertificates(page: { start: number; size: number }): Promise<CertificatePage>;
  /** The newest of this very domain, 100 at most: what is missing here says nothing. */
  certificatesOf(domain: string): Promise<{ certId: number }[]>;
}

/** (eNom API, CertGetCertDetail, CertGetCerts) Each throws Unavailable or Refused, as `ask` does. */
export function certificateCommands(client: EnomClient, switches: RecordSwitches & RowSwitches): CertificateCommands {
  const read = async (certId: number): Promise<{ found: CertDetail; payload: XmlElement }> => {
    const reply = await client.ask("CertGetCertDetail", { CertID: String(certId) });
    return understand(reply, Unavailable, (root) => {
      const faults: FieldFault[] = [];
      const payload = getChild(root, "CertGetCertDetail");
      const found = detailOf(payload, faults, switches);
      if (found.certId !== certId) throw new SyntaxError("a document about another certificate");
      if (faults.length > 0) reply.report?.({ faults, element: payload });
      return { found, payload };
    });
  };
  return {
    detail: async (certId) => (await read(certId)).found,
    async detailWithContacts(certId) {
      const { found, payload } = await read(certId);
      return { ...found, contacts: shownContacts(payload) };
    },
    async listCertificates({ start, size }) {
      const parameters = {
        SortBy: "CertID",
        SortByDirection: "Desc",
        StartPosition: String(start),
        PagingPageSize: String(size),
      };
      const reply = await client.ask("CertGetCerts", parameters);
      return understand(reply, Unavailable, (root) => pageOf(root, { start, report: reply.report, switches }));
    },
    async certificatesOf(domain) {
      const parameters = {
        ...{ SortBy: "CertID", SortByDirection: "Desc", StartPosition: "1", PagingPageSize: "100" },
        DomainNameContains: domain,
      };
      const reply = await client.ask("CertGetCerts", parameters);
      return understand(reply, Unavailable, (answer) => {
        const { rows, unread } = rowsIn(getChild(getChild(answer, "CertGetCerts"), "Certs"), switches);
        for (const { faults, element } of unread) reply.report?.({ faults, element });
        const ofDomain = [...rows, ...unread].filter((each) => each.domain === domain);
        return ofDomain
          .flatMap(({ certId }) => (certId === null ? [] : [{ certId }]))
          .sort((a, b) => b.certId - a.certId);
      });
    },
  };
}

/** A page that shows fewer certificates than it counts would make a bought slot look absent. */
function pageOf(
  root: XmlElement,
  { start, report, switches }: { start: number; report: Report | undefined; switches: RowSwitches },
): CertificatePage {
  const list = getChild(getChild(root, "CertGetCerts"), "Certs");
  const { rows, unread } = rowsIn(list, switches);
  const count = rows.length + unread.length;
  if (findChild(list, "Count") && numberOf(list, "Count") !== count) throw new SyntaxError("a page that lacks entries");
  const total = findChild(root, "TotalCertCount") ? numberOf(root, "TotalCertCount") : numberOf(list, "TotalRecords");
  if (total < count) throw new SyntaxError("a page without a total");
  if (count === 0 && start <= total) throw new SyntaxError("an empty page before the end");
  for (const { faults, element } of unread) report?.({ faults, element });
  return { certificates: rows, unread: unread.map(({ element: _element, ...row }) => row), total };
}

/** `PVT`, a private key, stands beside these fields and is never read. */
function detailOf(payload: XmlElement, faults: FieldFault[], switches: RecordSwitches & RowSwitches): CertDetail {
  const [first = null, ...others] = new Set(certificatesIn(textsWithin(payload).join("\n")));
  return {
    ...certificateOf(payload, faults, switches),
    statusDetail: anyTextOf(payload, "CertStatusDetail"),
    message: anyTextOf(payload, "Message"),
    csr: textOf(payload, "CSR"),
    certificatePem: first,
    intermediatesPem: others,
    approverEmail: anyTextOf(payload, "ApproverEmail"),
    dns: dnsOf(payload, switches),
    file: fileOf(payload),
    authStatus: anyTextOf(payload, "AuthStatusName"),
  };
}

/** Every text of the element and below it, that of SSLCertificate first. The private key is not even looked at. */
function textsWithin(element: XmlElement): string[] {
  const own = element.children
    .filter(({ name }) => name !== "pvt")
    .sort((a, b) => Number(b.name === "sslcertificate") - Number(a.name === "sslcertificate"));
  return [element.text, ...own.flatMap(textsWithin)];
}
