// The fields of customer and contacts: in the form of a new order, and in the one that changes them.
import { contactGiven } from "../../../../shared/panel/contact.ts";
import type { Field } from "../frame/forms.ts";
import type { Language } from "../frame/language.ts";
import type { Action } from "./action.ts";
import { contactWords } from "./contact-words.ts";
import { formWords } from "./form-words.ts";

type ContactField = keyof typeof contactGiven.shape;
const contactFields = Object.keys(contactGiven.shape) as ContactField[];

/** `textOf` has what was typed, or what is kept. */
export function contactFieldsOf(language: Language, textOf: (name: string) => string): Field[] {
  const say = contactWords(language);
  return contactFields.map((name) => ({
    name: `contacts.admin.${name}`,
    label: say[name],
    value: textOf(`contacts.admin.${name}`),
    ...(name === "email" && { type: "email" as const }),
    ...(!contactGiven.shape[name].safeParse(undefined).success && { required: true }),
  }));
}

export function customerFieldsOf(language: Language, textOf: (name: string) => string): Field[] {
  const say = contactWords(language);
  return [
    {
      name: "customer.email",
      label: say.customerEmail,
      type: "email",
      value: textOf("customer.email"),
      required: true,
    },
    { name: "customer.name", label: say.customerName, value: textOf("customer.name") },
    {
      name: "customer.language",
      label: say.customerLanguage,
      hint: "en, es, ru, pt-BR",
      value: textOf("customer.language"),
    },
  ];
}

export const contacts: Action = {
  scope: "certificates:write",
  fields: async ({ language, needs }, { reference }, form) => {
    const kept = (await needs.certificates.find(reference))?.record.terms;
    // What was written in another script is shown as it was written.
    const originals: Readonly<Record<string, unknown>> = kept?.originals ?? {};
    const textOf = (name: string): string => {
      const found = originals[name.replaceAll(".", "/")] ?? originals[name] ?? stepped(kept, name.split("."));
      return form.get(name) ?? (typeof found === "string" ? found : "");
    };
    return [...customerFieldsOf(language, textOf), ...contactFieldsOf(language, textOf)];
  },
  about: ({ language }) => formWords(language).aboutContacts,
  ask: (body) => ({ method: "PATCH", path: "", body }),
};

function stepped(from: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>(
    (place, step) => (typeof place === "object" && place !== null ? Reflect.get(place, step) : undefined),
    from,
  );
}
