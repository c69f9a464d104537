// What one may do with an order: a link a thing, only to who may. Each leads to a page that says what will happen.
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import type { Visit } from "../frame/visit.ts";
import { actionWords } from "./action-words.ts";
import { certificateWords } from "./words.ts";

/** An action of an order: the last part of its address, and the scope of the API call behind it. */
export const actions = {
  reissue: "certificates:write",
  csr: "certificates:write",
  resend: "certificates:write",
  approver: "certificates:write",
  method: "certificates:write",
  look: "certificates:write",
  policy: "certificates:write",
  contacts: "certificates:write",
  "take-in": "certificates:write",
  mail: "notifications:send",
  extend: "money:decide",
  resolve: "money:decide",
  cancel: "money:decide",
} as const;
export type ActionName = keyof typeof actions;

export function actionLinks({ language, linkTo, may }: Visit, certificate: Shown): Html | null {
  const say = certificateWords(language);
  const names = (Object.keys(actions) as ActionName[]).filter(
    (name) => may(actions[name]) && isPossible(name, certificate),
  );
  if (names.length === 0) return null;
  const path = `/certificates/${encodeURIComponent(certificate.reference)}`;
  return html`<nav class="buttons" aria-label="${say.actions}">${names.map((name) => html`<a class="button${toneOf(name, certificate)}" href="${linkTo(`${path}/${name}`)}">${actionWords(language)[`do-${name}`]}</a>`)}</nav>`;
}

/** What surely makes no sense now is not offered; the API decides about the rest, and says why not. */
function isPossible(name: ActionName, { status, attention, notAfter, validation }: Shown): boolean {
  const isOver = status === "cancelled" || status === "failed";
  const isIssued = notAfter !== null;
  if (name === "resolve") return attention !== null && !isOver;
  if (name === "reissue" || name === "extend") return isIssued && !isOver;
  if (name === "csr") return !isIssued && !isOver;
  if (name === "resend") return validation.method === "email" && validation.pendingSince !== null && !isOver;
  return !isOver;
}

function toneOf(name: ActionName, { attention }: Shown): string {
  if (name === "resolve" && attention) return " primary";
  return name === "cancel" ? " danger" : "";
}
