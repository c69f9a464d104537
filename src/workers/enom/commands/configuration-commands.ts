// Everything done to a slot that is already paid: configure, submit, change the approver, cancel the configuration,
// reissue.
import { Unavailable, Uncertain } from "../../../shared/base/errors.ts";
import type { Contact } from "../../../shared/panel/contact.ts";
import type { OrganizationDetails } from "../../../shared/panel/organization.ts";
import type { EnomClient } from "../client.ts";
import { descendants, type XmlElement } from "../wire/document.ts";
import { anyTextOf, getChild, understand } from "./fields.ts";
import { type DnsRecord, dnsOf, type FileProof, fileOf, type RecordSwitches } from "./proof.ts";

export interface Configuration {
  certId: number;
  /** PEM, at most 4,500 characters. */
  csr: string;
  /** 18 (other) for the GeoTrust family, 1000 (other) for Comodo. */
  webServerType: number;
  contacts: { admin: Contact; tech: Contact; billing: Contact };
}

export interface Submission {
  certId: number;
  approver: { method: "email"; email: string } | { method: "dns" } | { method: "file" };
  csrDetails?: OrganizationDetails | undefined;
}

/**
 * Each throws Refused, Unavailable (surely not sent) or Uncertain (read the detail before doing it again), as `act`
 * does.
 */
export interface ConfigurationCommands {
  /** Stores CSR and contacts, in place of earlier ones; allowed in status 1 and 6. (eNom API, CertConfigureCert) */
  configure(slot: Configuration): Promise<{ approverEmails: string[] }>;
  /** The addresses one may choose from. A question: throws Refused or Unavailable. (eNom API, CertGetApproverEmail) */
  approverEmails(slot: { certId: number; domain: string }): Promise<string[]>;
  /**
   * Hands the slot to the certificate authority. Free: the money went with the purchase. (eNom API, CertPurchaseCert)
   */
  submit(slot: Submission): Promise<{ dns: DnsRecord | null; file: FileProof | null; caOrderId: string | null }>;
  /** Takes an address that was offered, and mails it. (eNom API, CertChangeApproverEmail) */
  changeApproverEmail(slot: { certId: number; email: string }): Promise<void>;
  resendApproverEmail(certId: number): Promise<void>;
  /** Frees a submitted slot for another configuration; slot and money stay. (eNom API, CertModifyOrder) */
  cancelConfiguration(certId: number): Promise<void>;
  /** Starts a reissue with a new CSR; GeoTrust family only. (eNom API, CertReissueCert) */
  reissue(slot: { certId: number; csr: string }): Promise<void>;
}

export function configurationCommands(client: EnomClient, switches: RecordSwitches): ConfigurationCommands {
  const act = async (command: string, certId: number, parameters: Record<string, string> = {}): Promise<void> => {
    await client.act(command, { CertID: String(certId), ...parameters });
  };
  return {
    async configure({ certId, csr, webServerType, contacts }) {
      const reply = await client.act("CertConfigureCert", {
        CertID: String(certId),
        WebServerType: String(webServerType),
        CSR: csr,
        ...contactParameters("Admin", contacts.admin),
        ...contactParameters("Tech", contacts.tech),
        ...contactParameters("Billing", contacts.billing),
      });
      return understand(reply, Uncertain, (root) => ({ approverEmails: approversOf(root) }));
    },
    async approverEmails({ certId, domain }) {
      const parameters = { CertID: String(certId), Domain: domain.replace(/^\*\./, "") };
      return understand(await client.ask("CertGetApproverEmail", parameters), Unavailable, approversOf);
    },
    async submit({ certId, approver, csrDetails }) {
      const reply = await client.act("CertPurchaseCert", {
        CertID: String(certId),
        ...methodParameters(approver),
        ...(csrDetails && detailParameters(csrDetails)),
      });
      return understand(reply, Uncertain, (root) => {
        const payload = getChild(root, "CertPurchaseCert");
        return {
          dns: dnsOf(payload, switches),
          file: fileOf(payload),
          caOrderId: anyTextOf(payload, "GeoTrustOrderID") || null,
        };
      });
    },
    changeApproverEmail: ({ certId, email }) => act("CertChangeApproverEmail", certId, { ApproverEmail: email }),
    resendApproverEmail: (certId) => act("CertResendApproverEmail", certId),
    cancelConfiguration: (certId) => act("CertModifyOrder", certId),
    reissue: ({ certId, csr }) => act("CertReissueCert", certId, { CSR: csr }),
  };
}

/** One empty `Approver`, of type Manual, closes eNom's list. */
function approversOf(root: XmlElement): string[] {
  const emails = descendants(root, (name) => name === "approver").map((approver) =>
    anyTextOf(approver, "ApproverEmail"),
  );
  return [...new Set(emails.filter((email) => email !== ""))];
}

function methodParameters(approver: Submission["approver"]): Record<string, string> {
  switch (approver.method) {
    case "email":
      return { ApproverEmail: approver.email };
    case "dns":
      return { DVAuthMethod: "DNS" };
    case "file":
      return { DVAuthMethod: "File" };
  }
}

function detailParameters(details: OrganizationDetails): Record<string, string> {
  return {
    CSROrganization: details.organization,
    CSROrganizationUnit: details.organizationUnit ?? "",
    CSRAddress1: details.address1,
    CSRAddress2: details.address2 ?? "",
    CSRLocality: details.locality,
    CSRStateProvince: details.stateProvince,
    CSRPostalCode: details.postalCode,
    CSRCountry: details.country,
  };
}

/** `AdminFName`, `AdminLName`, … as far as given. (eNom API, CertConfigureCert) */
function contactParameters(role: "Admin" | "Tech" | "Billing", contact: Contact): Record<string, string> {
  const fields: Record<string, string | undefined> = {
    FName: contact.firstName,
    LName: contact.lastName,
    OrgName: contact.organization,
    JobTitle: contact.jobTitle,
    Address1: contact.address1,
    Address2: contact.address2,
    City: contact.city,
    State: contact.state,
    StateProvinceChoice: "S",
    PostalCode: contact.postalCode,
    Country: contact.country,
    Phone: contact.phone,
    Fax: contact.fax,
    EmailAddress: contact.email,
  };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[`${role}${name}`, value]])),
  );
}
