// What a product's level demands of the contacts: an organisation that is validated needs one, and a person who speaks
// for it (eNom API, CertConfigureCert: OV and EV cannot do without).

import type { Fault } from "../base/fault.ts";
import { isPlaceholder } from "../panel/placeholder.ts";

interface Person {
  organization?: string | undefined;
  jobTitle?: string | undefined;
}

/** `contacts` as an order has them; technical and billing contact need neither. Empty for products of the level DV. */
export function contactFaults(
  { name, level }: { name: string; level: "DV" | "OV" | "EV" },
  { admin }: { admin: Person },
): Fault[] {
  if (level === "DV") return [];
  const missing = (["organization", "jobTitle"] as const).filter((field) => isPlaceholder(admin[field] ?? "", "firm"));
  return missing.map((field) => ({
    field: `contacts/admin/${field}`,
    message: `${admin[field] ? `${JSON.stringify(admin[field].slice(0, 60))} names nothing, and it ` : ""}is needed for ${name}: the CA validates the organization (${level}), and asks ${field === "jobTitle" ? "what the contact is there" : "for its name"}`,
  }));
}
