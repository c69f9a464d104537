// Held against a template's schema: what may be printed, or every fault of the values. Nothing is read from disk here.
import { type Fault, faultsOf } from "../base/fault.ts";
import { filledLink } from "../config/certificate-link.ts";
import type { Notification } from "./notification.ts";
import type { Attachment, Template } from "./template.ts";
import { isTemplate, type TemplateName, templateNames, templates } from "./templates.ts";

/** A notification whose values are what its template asks for. */
export interface Filled {
  name: TemplateName;
  values: Record<string, unknown>;
  attachments: Attachment[];
}

/**
 * Answers with the values as the words print them, or with every fault: an unknown template, a value that is missing,
 * unknown or of the wrong form. `field` is a JSON pointer into the notification without the first slash.
 * @param linkTo where customers find their certificates (`templates.certificateLink`), for a fleet that links instead
 * of attaching; a `link` among the values goes before it
 */
export function fill(
  { template: name, values: given }: Pick<Notification, "template" | "values">,
  linkTo?: string,
): Filled | { faults: Fault[] } {
  if (!isTemplate(name))
    return {
      faults: [
        { field: "template", message: `there is no mail template ${name}; there are ${templateNames.join(", ")}.` },
      ],
    };
  const template: Template = templates[name];
  const read = template.values.safeParse(given);
  if (!read.success) {
    const faults = faultsOf(read.error).map(({ field, message }) => ({ field: `values/${field}`, message }));
    return { faults };
  }
  const values = "chainPem" in read.data ? { ...read.data, link: linkOf(read.data, linkTo) } : read.data;
  return { name: meant(name, values), values, attachments: template.attach?.(values) ?? [] };
}

/** The one place that decides whether a certificate is linked: null has it attached. */
function linkOf({ link, reference, domain }: Record<string, unknown>, linkTo: string | undefined): unknown {
  if (linkTo === undefined) return null;
  return link ?? filledLink(linkTo, { reference: `${reference}`, domain: `${domain}` });
}

/** Jobs of earlier releases ask for the first certificate and say that it is not the first. */
function meant(name: TemplateName, { reissued }: Record<string, unknown>): TemplateName {
  return name === "certificate-issued" && reissued === true ? "certificate-reissued" : name;
}
