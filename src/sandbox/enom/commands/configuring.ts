// Before the CA hears of a slot: CertParseCSR, CertConfigureCert, CertGetApproverEmail.
import { findSigningRequest, type SigningRequest } from "../../ca/signing-request.ts";
import { productOf, STATUS_TEXTS } from "../books/slot.ts";
import { type Element, group, leaf } from "../wire/elements.ts";
import { refusal, unreadableCsr, wrongStatus } from "../wire/refusals.ts";
import { approverElements, approversFor } from "./approvers.ts";
import { contactsOf, findContactFault } from "./contacts.ts";
import type { SlotRun } from "./office.ts";
import { webServers } from "./web-servers.ts";

/** eNom's own limit. (eNom API, CertReissueCert) */
const LONGEST_CSR = 4_500;

/** (eNom API, CertParseCSR) */
export const parseCsr: SlotRun = async (_slot, { csr = "" }) => {
  const request = await findUsableRequest(csr);
  if (request === undefined) return unreadableCsr();
  return [group("CertParseCSR", csrElements(request, "False"))];
};

/** Stores CSR, server type and contacts; replaces what was there. Status 1 and 6 only. (eNom API, CertConfigureCert) */
export const configureCert: SlotRun = async (slot, parameters, { books, settings }) => {
  const { csr = "", webservertype = "" } = parameters;
  if (slot.statusId !== 1 && slot.statusId !== 6) return wrongStatus(settings, STATUS_TEXTS[slot.statusId]);
  const product = productOf(slot);
  const request = await findUsableRequest(csr);
  if (request === undefined) return unreadableCsr();
  if (request.domain.startsWith("*.") !== product.wildcard) {
    return refusal("304153", "The common name of the CSR does not fit this type of certificate");
  }
  const webServer = webServers(product.family).find(({ id }) => String(id) === webservertype);
  if (webServer === undefined) return refusal("304397", "WebServerType is invalid for this type of certificate");
  const fault = findContactFault(parameters, product);
  if (fault !== undefined) return refusal(fault.code, fault.text);

  const { domain } = request;
  const contacts = contactsOf(parameters);
  books.put({ ...slot, configuration: { csr, domain, webServerType: webServer.id, contacts } });
  return [
    group("CertConfigureCert", [
      leaf("CertID", slot.certId),
      leaf("ProdType", slot.prodType),
      group("CSRData", csrElements(request, "false")),
      leaf("ApproverEmail"),
      leaf("Success", "True"),
      ...approverElements(approversFor(domain, slot, settings)),
    ]),
  ];
};

/**
 * The capital M in the wrapper is eNom's; without `Domain` the configured one is taken. (eNom API,
 * CertGetApproverEmail)
 */
export const getApproverEmail: SlotRun = (slot, parameters, { settings }) => {
  const domain = parameters.domain || slot.configuration?.domain;
  if (!domain) return refusal("301153", "Domain is required");
  if (!/^(\*\.)?([a-z0-9-]+\.)+[a-z0-9-]{2,}$/i.test(domain) || domain.length > 79) {
    return refusal("304153", "Domain is invalid");
  }
  return [
    group("CertGetApproverEMail", [leaf("Success", "True"), ...approverElements(approversFor(domain, slot, settings))]),
  ];
};

/** A readable CSR of at most 4,500 characters, or undefined. */
export async function findUsableRequest(csr: string): Promise<SigningRequest | undefined> {
  return csr.length > LONGEST_CSR ? undefined : findSigningRequest(csr);
}

function csrElements(request: SigningRequest, hasBadExtensions: "False" | "false"): Element[] {
  return [
    leaf("Success", "True"),
    leaf("Organization", request.subject("O")),
    leaf("DomainName", request.domain),
    leaf("Email", request.subject("E")),
    leaf("HasBadExtensions", hasBadExtensions),
    leaf("Locality", request.subject("L")),
    leaf("OrganizationUnit", request.subject("OU")),
    leaf("State", request.subject("ST")),
    leaf("Country", request.subject("C")),
  ];
}
