// What one may do with an order: a link a thing, only to who may. Each leads to a page that says what will happen.
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import { type ActionName, actionScopes, actionWords } from "../action/action-words.ts";
import type { Shown } from "../certificates/found.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

export function actionLinks({ language, linkTo, may }: Visit, certificate: Shown): Html | null {
  const say = certificateWords(language);
  const names = (Object.keys(actionScopes) as ActionName[]).filter(
    (name) => may(actionScopes[name]) && isPossible(name, certificate),
  );
  if (names.length === 0) return null;
  const path = certificatePath(certificate.reference);
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
