// What eNom knows about certificates: one in full, or all of them page by page. Nothing here changes anything.
import { Unavailable } from "../../../shared/base/errors.ts";
import { certificatesIn } from "../../../shared/delivery/pem.ts";
import type { EnomClient } from "../client.ts";
import { childrenNamed, findChild, type XmlElement } from "../wire/document.ts";
import { dateOf, findId, getChild, getId, isYes, numberOf, textOf, understand } from "./fields.ts";
import { type DnsRecord, dnsOf, type FileProof, fileOf } from "./proof.ts";

/** What the list and the detail both say. Texts are empty where eNom says nothing. */
export interface ListedCertificate {
  certId: number;
  orderId: number | null;
  /** Decide by this number: the texts beside it vary. 0 when eNom shows none. */
  statusId: number;
  statusText: string;
  /** Empty for a slot that was never configured. */
  domain: string;
  prodType: number;
  validityMonths: number;
  /** ISO local time of eNom's own clock, without zone; the list shows the date only. */
  orderDate: string | null;
  /** End of the paid term, not of the certificate: only the certificate's notAfter tells that. */
  expirationDate: string | null;
  reissueStatus: string;
}

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
  /** `isExpired`: the paid term is over, whatever the status says. */
  certificates: (ListedCertificate & { isExpired: boolean })[];
  /** All certificates of the account. */
  total: number;
}

export interface CertificateCommands {
  detail(certId: number): Promise<CertDetail>;
  /**
   * No filter and newest first, so that a certificate bought meanwhile is seen. `start` counts from 1, `size` is at
   * most 250. eNom may show fewer than `size` (its own limit is not documented to be that high): go on by how many
   * came, until `total`. While certificates are left, at least one comes.
   */
  listCertificates(page: { start: number; size: number }): Promise<CertificatePage>;
  /** The newest of this very domain, 100 at most: what is missing here says nothing. */
  certificatesOf(domain: string): Promise<ListedCertificate[]>;
}

/** (eNom API, CertGetCertDetail, CertGetCerts) Each throws Unavailable or Refused, as `ask` does. */
export function certificateCommands(client: EnomClient): CertificateCommands {
  return {
    async detail(certId) {
      return understand(await client.ask("CertGetCertDetail", { CertID: String(certId) }), Unavailable, (root) => {
        const found = detailOf(getChild(root, "CertGetCertDetail"));
        if (found.certId !== certId) throw new SyntaxError("a document about another certificate");
        return found;
      });
    },
    async listCertificates({ start, size }) {
      const parameters = {
        SortBy: "CertID",
        SortByDirection: "Desc",
        StartPosition: String(start),
        PagingPageSize: String(size),
      };
      return understand(await client.ask("CertGetCerts", parameters), Unavailable, (root) => pageOf(root, start));
    },
    async certificatesOf(domain) {
      const parameters = {
        ...{ SortBy: "CertID", SortByDirection: "Desc", StartPosition: "1", PagingPageSize: "100" },
        DomainNameContains: domain,
      };
      const root = await client.ask("CertGetCerts", parameters);
      return understand(root, Unavailable, (answer) =>
        childrenNamed(getChild(getChild(answer, "CertGetCerts"), "Certs"), "Cert")
          .map(listedOf)
          .filter((each) => each.domain === domain),
      );
    },
  };
}

/** A page that shows fewer certificates than it counts would make a bought slot look absent. */
function pageOf(root: XmlElement, start: number): CertificatePage {
  const list = getChild(getChild(root, "CertGetCerts"), "Certs");
  const entries = childrenNamed(list, "Cert");
  if (findChild(list, "Count") && numberOf(list, "Count") !== entries.length)
    throw new SyntaxError("a page that lacks entries");
  const total = findChild(root, "TotalCertCount") ? numberOf(root, "TotalCertCount") : numberOf(list, "TotalRecords");
  if (total < entries.length) throw new SyntaxError("a page without a total");
  if (entries.length === 0 && start <= total) throw new SyntaxError("an empty page before the end");
  return {
    certificates: entries.map((entry) => ({ ...listedOf(entry), isExpired: isYes(entry, "IsExpired") })),
    total,
  };
}

function listedOf(entry: XmlElement): ListedCertificate {
  return {
    certId: getId(entry, "CertID"),
    orderId: findId(entry, "OrderID"),
    statusId: numberOf(entry, "CertStatusID"),
    statusText: textOf(entry, "CertStatus"),
    domain: textOf(entry, "DomainName").toLowerCase(),
    prodType: numberOf(entry, "ProdType"),
    validityMonths: numberOf(entry, "ValidityPeriod"),
    orderDate: dateOf(entry, "OrderDate"),
    expirationDate: dateOf(entry, "ExpirationDate"),
    reissueStatus: textOf(entry, "ReissueStatus") || textOf(entry, "ComodoReissueStatus"),
  };
}

/** `PVT`, a private key, stands beside these fields and is never read. */
function detailOf(payload: XmlElement): CertDetail {
  const [first = null, ...others] = new Set(certificatesIn(textsWithin(payload).join("\n")));
  return {
    ...listedOf(payload),
    statusDetail: textOf(payload, "CertStatusDetail"),
    message: textOf(payload, "Message"),
    csr: textOf(payload, "CSR"),
    certificatePem: first,
    intermediatesPem: others,
    approverEmail: textOf(payload, "ApproverEmail"),
    dns: dnsOf(payload),
    file: fileOf(payload),
    authStatus: textOf(payload, "AuthStatusName"),
  };
}

/** Every text of the element and below it, that of SSLCertificate first. The private key is not even looked at. */
function textsWithin(element: XmlElement): string[] {
  const own = element.children
    .filter(({ name }) => name !== "pvt")
    .sort((a, b) => Number(b.name === "sslcertificate") - Number(a.name === "sslcertificate"));
  return [element.text, ...own.flatMap(textsWithin)];
}
