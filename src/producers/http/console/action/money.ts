// Actions that spend or lose money: more paid years, a cancellation. Each must be confirmed by the reference.
import { confirmCancel } from "../../../../shared/certificate/changes/cancelled-money.ts";
import { html } from "../../html.ts";
import type { Action } from "./action.ts";
import { formWords } from "./form-words.ts";
import { findYearPrice } from "./price.ts";

export const extend: Action = {
  scope: "money:decide",
  isConfirmed: true,
  fields: ({ language }, _certificate, form) => [
    {
      name: "years",
      label: formWords(language).years,
      type: "number",
      required: true,
      value: form.get("years") ?? "1",
    },
  ],
  kinds: { years: "number" },
  about: async (visit, { product, account, paidUntil, years }) => {
    const say = formWords(visit.language);
    const price = await findYearPrice(visit, { product, account });
    return html`${say.aboutExtend(`${years}`, paidUntil ?? "–")} ${price === undefined ? say.priceUnknown : say.priceOfYear(price)}`;
  },
  ask: (body) => ({ method: "POST", path: "/extend", body }),
};

export const cancel: Action = {
  scope: "money:decide",
  isConfirmed: true,
  isDangerous: true,
  fields: ({ language }, _certificate, form) => [
    { name: "reason", label: formWords(language).reason, value: form.get("reason") ?? "", required: true },
  ],
  about: async ({ language, needs, now }, { reference }) => {
    const certificate = await needs.certificates.find(reference);
    // In the API's own words: without a confirmation it says what would be lost.
    const asked = certificate && confirmCancel(certificate, undefined, now);
    return html`${formWords(language).aboutCancel} ${asked && "wrong" in asked ? html`<strong>${asked.wrong}</strong>` : null}`;
  },
  ask: (body, { reference }) => ({ method: "POST", path: "/cancel", body: { ...body, confirm: reference } }),
};
