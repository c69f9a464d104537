// One certificate in full: CertGetCertDetail.
import { dateTime } from "../books/calendar.ts";
import { type Play, playOf } from "../books/plays.ts";
import { type Settings, serverZone } from "../books/settings.ts";
import { type Issue, productOf, type Slot, STATUS_TEXTS } from "../books/slot.ts";
import { cdata, closed, type Element, group, leaf, padded } from "../wire/elements.ts";
import { contactElements } from "./contacts.ts";
import { currentCertificate } from "./issuing.ts";
import type { Office, SlotRun } from "./office.ts";
import { proofElements } from "./proof.ts";
import { type WebServer, webServers } from "./web-servers.ts";

/**
 * Everything about one certificate, and the only place that hands the certificate out. While a reissue is under way CSR
 * and certificate are still the old ones. (eNom API, CertGetCertDetail)
 */
export const getCertDetail: SlotRun = async (slot, _parameters, office) => {
  const zone = serverZone(office.settings);
  const { configuration, submission } = slot;
  const product = productOf(slot);
  const servers = webServers(product.family);
  const server = servers.find(({ id }) => id === configuration?.webServerType);
  const issue = await currentCertificate(slot, office);
  const chainPem = issue === undefined ? "" : chainOf(slot, issue, office);
  const play = playOf(slot);
  const { chainIn } = office.settings.variants;
  return [
    group("CertGetCertDetail", [
      leaf("CertID", slot.certId),
      leaf("DomainName", shownDomain(slot, office.settings)),
      leaf("ValidityPeriod", slot.years * 12),
      leaf("OrderDate", dateTime(new Date(slot.orderedAt), zone)),
      leaf("ConfigDate"), // empty in every recorded answer
      leaf("RenewalIndicator", "False"),
      leaf("WebServerTypeID", server?.id),
      leaf("WebServerTypeName", server?.name),
      leaf("OrderID", slot.orderId),
      leaf("OrderDetailID", slot.orderDetailId),
      leaf("ExpirationDate", dateTime(new Date(slot.endsAt), zone)),
      leaf("ServerCount", 1),
      leaf("DVAuthMethod", submission?.method === "Email" ? "" : submission?.method),
      closed("AuthStatusID"),
      leaf("AuthStatusName", authStatus(slot)),
      closed("AuthStatusLastUpdate"),
      leaf("ApproverEmail", submission?.approverEmail),
      ...proofElements(slot, office.settings),
      leaf("Message"),
      leaf("CertStatusID", shownStatus(slot, play)),
      leaf("CertStatus", play === "unknown-status" && submission ? "Under review" : STATUS_TEXTS[slot.statusId]),
      leaf("CertStatusDetail"),
      closed("CertOrderStateID"),
      leaf("CertOrderStateName"),
      leaf("ReissueStatus", reissueStatus(slot)),
      leaf("ComodoReissueStatus"),
      leaf("ProdType", slot.prodType),
      leaf("ProdDesc", product.description),
      leaf("UseWebHosting", 0),
      padded("SSLCertificate", issue?.pem ?? ""),
      group(
        "IntermediateCertificates",
        chainPem && chainIn === "IntermediateCertificates" ? [cdata("ICA1", chainPem)] : [],
      ),
      padded("CSR", issue?.csr ?? configuration?.csr ?? ""),
      cdata("CACerts", chainIn === "CACerts" ? chainPem : ""),
      cdata("PVT"),
      leaf("ReferenceID", product.family === "geotrust" ? submission?.geoTrustOrderId : ""),
      leaf("DomainCountAllowed"),
      closed("DomainList"),
      ...contactElements(configuration),
      group("WebServerTypes", servers.map(webServerElement)),
    ]),
  ];
};

/** Only once it is at the CA: what comes before works as ever. */
function shownStatus({ statusId, submission }: Slot, play: Play | undefined): string | number {
  if (submission === undefined) return statusId;
  if (play === "unknown-status") return 99;
  return play === "unreadable" ? "to be announced" : statusId;
}

/** The one link between certificate and root, or what comes in its place on demand. */
function chainOf(slot: Slot, { issuedAt }: Issue, { ca, clock, settings }: Office): string {
  switch (playOf(slot)) {
    case "no-chain":
      return "";
    case "late-chain":
      return clock.now().getTime() < Date.parse(issuedAt) + settings.timings.slowMs ? "" : ca.intermediatePem;
    case "expired-chain":
      return ca.expiredIntermediatePem;
    default:
      return ca.intermediatePem;
  }
}

/** The domain as the answers show it: from the configuration on, or in the variant only once the CA has it. */
export function shownDomain({ configuration, submission }: Slot, { variants }: Settings): string {
  const visible = variants.domainNameAfterConfigure || submission !== undefined;
  return visible ? (configuration?.domain ?? "") : "";
}

/** Its values are not documented; that it is not empty while something goes on is all a client may use. */
export function reissueStatus({ reissue }: Slot): string {
  return reissue === undefined ? "" : "Processing";
}

/** How far the proof by file or record has come; empty with mail. */
function authStatus({ submission, statusId }: Slot): string {
  if (submission === undefined || submission.method === "Email") return "";
  return statusId === 4 ? "AUTHENTICATED" : "INIT";
}

function webServerElement({ id, name }: WebServer): Element {
  return group("WebServerType", [
    leaf("WebServerTypeID", id),
    leaf("WebServerTypeName", name),
    leaf("WebServerTypeCode", name.toLowerCase().replace(/[^a-z0-9]/g, "")),
  ]);
}
