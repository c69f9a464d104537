// A small page for people: our sign, a heading, and what there is to say or to do.
import type { FastifyReply } from "fastify";
import { type Html, html, LOGO, pageOf } from "../html.ts";
import { CARD_POLICY, CARD_STYLE } from "./style.ts";

export interface Card {
  title: string;
  /** "sandbox" or "live": nobody takes one fleet for the other. */
  env: string;
  content: Html;
}

export function sendCard(reply: FastifyReply, card: Card): FastifyReply {
  return reply.headers(CARD_HEADERS).send(cardPage(card));
}

export const CARD_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": CARD_POLICY,
  "cache-control": "no-store",
};

export function cardPage({ title, env, content }: Card): string {
  const body = html`<main>
<div class="brand"><img src="${LOGO}" alt="">Certfleet<span class="env ${env}">${env}</span></div>
<h1>${title}</h1>
${content}
</main>`;
  return pageOf({ title: `${title} · Certfleet`, style: CARD_STYLE, body });
}
