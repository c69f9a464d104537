// The list of all certificates: CertGetCerts with its filters, order and paging.
import { between, day, type Zone } from "../books/calendar.ts";
import { type Settings, serverZone } from "../books/settings.ts";
import { productOf, type Slot, STATUS_TEXTS } from "../books/slot.ts";
import { cdata, type Element, group, leaf } from "../wire/elements.ts";
import type { Parameters, Run } from "./office.ts";
import { reissueStatus, shownDomain } from "./reading.ts";

/** Paging data are siblings of the `Cert` elements; unset filters are echoed as `all`. (eNom API, CertGetCerts) */
export const listCerts: Run = (parameters, { books, clock, settings }) => {
  const now = clock.now();
  const zone = serverZone(settings);
  const visible = books
    .slots()
    .filter((slot) => now.getTime() - Date.parse(slot.orderedAt) >= settings.timings.listLagMs);
  const matching = visible.filter((slot) => matches(slot, parameters, settings)).sort(order(parameters, settings));
  const start = positive(parameters.startposition, 1);
  const size = Math.min(positive(parameters.pagingpagesize, 25), settings.largestPage);
  const page = matching.slice(start - 1, start - 1 + size);
  return [
    group("CertGetCerts", [
      group("Certs", [
        ...page.map((slot) => certElement(slot, now, zone, settings)),
        leaf("ProductType", parameters.prodtype || "all"),
        leaf("StatusID", filterOf(parameters.certstatusid) ?? "all"),
        leaf("StartPosition", start),
        leaf("PagingPageSize", size),
        leaf("Count", page.length),
        leaf("Sortby", parameters.sortby),
        leaf("SortByDirection", isAscending(parameters) ? "asc" : "desc"),
        leaf("TotalRecords", matching.length),
      ]),
    ]),
    leaf("TotalCertCount", visible.length),
  ];
};

function certElement(slot: Slot, now: Date, zone: Zone, settings: Settings): Element {
  return group("Cert", [
    leaf("IsExpired", now > new Date(slot.endsAt) ? "True" : "False"),
    leaf("CertID", slot.certId),
    leaf("OrderDate", day(new Date(slot.orderedAt), zone)),
    leaf("ConfigDate"),
    cdata("DomainName", shownDomain(slot, settings)),
    leaf("ValidityPeriod", slot.years * 12),
    leaf("RenewalIndicator", "False"),
    leaf("ProdType", slot.prodType),
    leaf("ProdDesc", productOf(slot).description),
    leaf("ExpirationDate", day(new Date(slot.endsAt), zone)),
    leaf("ServerCount", 1),
    leaf("CertStatus", STATUS_TEXTS[slot.statusId]),
    leaf("CertStatusID", slot.statusId),
    leaf("OrderID", slot.orderId),
    leaf("DomainCountAllowed"),
    leaf("ReissueStatus", reissueStatus(slot)),
  ]);
}

function matches(slot: Slot, parameters: Parameters, settings: Settings): boolean {
  const zone = serverZone(settings);
  const status = filterOf(parameters.certstatusid);
  const { orderdatestart, orderdateend, expirationdatestart, expirationdateend } = parameters;
  return (
    (!parameters.prodtype || parameters.prodtype === String(slot.prodType)) &&
    (status === undefined || status === String(slot.statusId)) &&
    shownDomain(slot, settings).includes((parameters.domainnamecontains ?? "").toLowerCase()) &&
    between(new Date(slot.orderedAt), orderdatestart, orderdateend, zone) &&
    between(new Date(slot.endsAt), expirationdatestart, expirationdateend, zone)
  );
}

/** 0 means every status. */
function filterOf(statusId: string | undefined): string | undefined {
  return statusId === undefined || statusId === "" || statusId === "0" ? undefined : statusId;
}

type Order = (a: Slot, b: Slot) => number;

function order(parameters: Parameters, settings: Settings): Order {
  const orders = new Map<string, Order>([
    ["domain", (a, b) => shownDomain(a, settings).localeCompare(shownDomain(b, settings))],
    ["certstatus", (a, b) => a.statusId - b.statusId],
    ["expiration", (a, b) => a.endsAt.localeCompare(b.endsAt)],
  ]);
  const byCertId: Order = (a, b) => a.certId - b.certId;
  const wanted = orders.get((parameters.sortby ?? "").toLowerCase()) ?? byCertId;
  const sign = isAscending(parameters) ? 1 : -1;
  return (a, b) => sign * (wanted(a, b) || byCertId(a, b));
}

/** Documented to ascend by default; every recorded answer descends. */
function isAscending({ sortbydirection = "" }: Parameters): boolean {
  return sortbydirection.toLowerCase() === "asc";
}

function positive(text: string | undefined, otherwise: number): number {
  return /^[1-9]\d*$/.test(text ?? "") ? Number(text) : otherwise;
}
