// The fields of an order, in groups, with the names that POST /v1/certificates has.
import { randomBytes } from "node:crypto";
import type { Fault } from "../../../../shared/base/fault.ts";
import { knownProducts } from "../../../../shared/certificate/products.ts";
import { type Html, html } from "../../html.ts";
import { contactFieldsOf, customerFieldsOf } from "../action/contacts.ts";
import { formWords } from "../action/form-words.ts";
import { type Field, fieldHtml } from "../frame/forms.ts";
import type { Language } from "../frame/language.ts";
import { orderWords } from "./order-words.ts";

export interface Group {
  name: string;
  title: string;
  fields: readonly Field[];
  /** Rarely needed: behind a click, unless something in it is wrong. */
  isRare?: boolean;
}

/** `offered`: addresses that may approve the CSR's domain. */
export function fieldGroups(
  language: Language,
  form: URLSearchParams,
  { offered }: { offered: readonly string[] },
): Group[] {
  const [say, forms] = [orderWords(language), formWords(language)];
  const text = (name: string): string => form.get(name) ?? "";
  const methods = ["email", "dns", "file"] as const;
  return [
    {
      name: "product",
      title: say.what,
      fields: [
        {
          name: "reference",
          label: say.reference,
          hint: say.referenceHint,
          value: text("reference") || suggestion(),
          required: true,
        },
        {
          name: "product",
          label: say.product,
          options: knownProducts().map(({ service, name }) => [service, name] as const),
          value: text("product"),
        },
        { name: "years", label: say.years, type: "number", value: text("years") || "1" },
      ],
    },
    {
      name: "csr",
      title: say.csr,
      fields: [
        { name: "csr", label: "CSR", hint: say.csrHint, lines: 10, reads: "csr", value: text("csr"), required: true },
      ],
    },
    {
      name: "approver",
      title: say.validation,
      fields: [
        {
          name: "approver.method",
          label: forms.method,
          options: methods.map((each) => [each, forms[`method-${each}`]] as const),
          value: text("approver.method") || "email",
        },
        {
          name: "approver.email",
          label: forms.approver,
          hint: offered.length > 0 ? `${say.offered} ${offered.join(", ")}` : forms.approverHint,
          type: "email",
          value: text("approver.email"),
          suggested: offered,
        },
      ],
    },
    { name: "customer", title: say.customer, fields: customerFieldsOf(language, text) },
    { name: "contacts", title: say.contact, fields: contactFieldsOf(language, text) },
    {
      name: "more",
      title: say.more,
      isRare: true,
      fields: [
        { name: "tenant", label: say.tenant, hint: say.tenantHint, value: text("tenant") },
        { name: "brand", label: say.brand, value: text("brand") },
        { name: "account", label: say.account, hint: say.accountHint, value: text("account") },
        {
          name: "policy.mode",
          label: forms.mode,
          options: ["", "auto", "manual", "none"].map((each) => [each, each || "–"]),
          value: text("policy.mode"),
        },
        { name: "policy.beforeDays", label: forms.beforeDays, type: "number", value: text("policy.beforeDays") },
      ],
    },
  ];
}

/** A name that nobody has used: the day, and six characters. */
function suggestion(): string {
  return `console-${new Date().toISOString().slice(0, 10)}-${randomBytes(3).toString("hex")}`;
}

export function namesOf(groups: readonly Group[]): string[] {
  return groups.flatMap(({ fields }) => fields.map(({ name }) => name));
}

export function groupHtml(
  { title, fields, isRare }: Group,
  errors: readonly Fault[] | undefined,
  below: Html | null,
): Html {
  const shown = fields.map((field) => fieldHtml(field, errors));
  const isWrong = errors?.some(({ field }) => fields.some(({ name }) => name.replaceAll(".", "/") === field)) ?? false;
  const isFilled = fields.some(({ value = "" }) => value !== "");
  if (isRare)
    return html`<details class="panel"${isWrong || isFilled ? html` open` : null}><summary>${title}</summary><div class="form">${shown}${below}</div></details>`;
  return html`<fieldset><legend>${title}</legend>${shown}${below}</fieldset>`;
}
