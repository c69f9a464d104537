// The frame of every page of the console: our sign, the way around, who is signed in, what was just done, and the page itself.
import { type Html, html, LOGO, pageOf } from "../../html.ts";
import { assetPath, CONSOLE_POLICY } from "./assets.ts";
import { languageNames, languages, timeIn, wordsIn } from "./language.ts";
import type { Visit } from "./visit.ts";

const words = wordsIn({
  en: {
    keep: "Keep this language",
    overview: "Overview",
    certificates: "Certificates",
    accounts: "Accounts",
    mails: "Mails",
    webhooks: "Webhooks",
    forecast: "Forecast",
    fleet: "Fleet",
    queues: "Queues",
    audit: "Audit",
    people: "People and keys",
    api: "API",
    skip: "Skip to the content",
    around: "Main",
    search: "Search certificates",
    signOut: "Sign out",
    asOf: (time: string) => `As of ${time}`,
    reload: "Reload",
    language: "Language",
  },
  es: {
    keep: "Guardar este idioma",
    overview: "Resumen",
    certificates: "Certificados",
    accounts: "Cuentas",
    mails: "Correos",
    webhooks: "Webhooks",
    forecast: "Previsión",
    fleet: "Flota",
    queues: "Colas",
    audit: "Auditoría",
    people: "Personas y claves",
    api: "API",
    skip: "Ir al contenido",
    around: "Principal",
    search: "Buscar certificados",
    signOut: "Cerrar sesión",
    asOf: (time) => `Estado a ${time}`,
    reload: "Recargar",
    language: "Idioma",
  },
  ru: {
    keep: "Запомнить язык",
    overview: "Обзор",
    certificates: "Сертификаты",
    accounts: "Счета",
    mails: "Письма",
    webhooks: "Вебхуки",
    forecast: "Прогноз",
    fleet: "Парк",
    queues: "Очереди",
    audit: "Журнал действий",
    people: "Люди и ключи",
    api: "API",
    skip: "К содержанию",
    around: "Главное меню",
    search: "Поиск сертификатов",
    signOut: "Выйти",
    asOf: (time) => `По состоянию на ${time}`,
    reload: "Обновить",
    language: "Язык",
  },
});

/** The places of the console, in the order of the menu, and the scope without which a place is not shown. */
const PLACES = [
  ["overview", "/", "certificates:read"],
  ["certificates", "/certificates", "certificates:read"],
  ["accounts", "/accounts", "accounts:read"],
  ["mails", "/mails", "certificates:read"],
  ["webhooks", "/webhooks", "webhooks:read"],
  ["forecast", "/forecast", "accounts:read"],
  ["fleet", "/fleet", "certificates:read"],
  ["queues", "/queues", "certificates:read"],
  ["audit", "/audit", "admin"],
  ["people", "/people", "admin"],
] as const;

export type Place = (typeof PLACES)[number][0];

export interface ConsolePage {
  /** Where in the menu it belongs. */
  place: Place;
  title: string;
  /** Beside the heading: links that look like buttons, tags. */
  beside?: Html | readonly Html[] | null;
  content: Html | readonly Html[];
  /** Above the content: what was just done. */
  said?: string | undefined;
  /** Shown in the tab, such as how many need attention. */
  count?: number;
  status?: number;
}

/** Sends the page in the reader's language. Parts that have an id and `data-live` renew themselves where there is a script. */
export function sendPage(visit: Visit, page: ConsolePage): unknown {
  const { reply, language } = visit;
  reply.code(page.status ?? 200);
  return reply.headers(PAGE_HEADERS).header("content-language", language).send(consolePage(visit, page));
}

const PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": CONSOLE_POLICY,
  "cache-control": "no-store",
  vary: "accept-language",
};

function consolePage(visit: Visit, { place, title, beside = null, content, said, count = 0 }: ConsolePage): string {
  const { needs, language, linkTo, now } = visit;
  const say = words(language);
  const marked = count > 0 ? `(${count}) ` : "";
  const body = html`<a class="skip" href="#content">${say.skip}</a>
<header class="top">
<a class="brand" href="${linkTo("/")}"><img src="${LOGO}" alt="" width="28" height="28">Certfleet</a><span class="env ${needs.env}">${needs.env}</span>
${searchBox(visit, say.search)}
${corner(visit, say.signOut)}
</header>
<nav class="places" aria-label="${say.around}"><ul>${placesOf(visit).map(([name, path]) => html`<li><a href="${linkTo(path)}"${name === place ? html` aria-current="page"` : null}>${say[name]}</a></li>`)}</ul></nav>
<main id="content" tabindex="-1">
<div class="heading"><h1>${title}</h1>${Array.isArray(beside) ? (beside as readonly Html[]) : (beside as Html | null)}</div>
${said === undefined ? null : html`<p class="said good" role="status">${said}</p>`}
${content}
</main>
<footer><p>${say.asOf(timeIn(language, now))} · <a href="">${say.reload}</a> · <a href="${linkTo("/docs/")}">${say.api}</a></p>
<p>${say.language}: ${languages.map((each) => html`<a href="?lang=${each}" lang="${each}" hreflang="${each}"${each === language ? html` aria-current="true"` : null}>${languageNames[each]}</a> `)}</p>${keepLanguage(visit)}</footer>
<script src="${linkTo(assetPath("script.js"))}" defer></script>`;
  const head = html`
<link rel="stylesheet" href="${linkTo(assetPath("style.css"))}">`;
  return pageOf({ title: `${marked}${title} · Certfleet`, language, head, body });
}

/** What the person may see of the menu. */
function placesOf({ may }: Visit): (readonly [Place, string])[] {
  return PLACES.flatMap(([name, path, scope]) => (may(scope) ? [[name, path] as const] : []));
}

function searchBox({ linkTo, request, may }: Visit, label: string): Html | null {
  if (!may("certificates:read")) return null;
  const { q } = (request.query ?? {}) as { q?: unknown };
  const value = request.routeOptions.url === "/certificates" && typeof q === "string" ? q : "";
  return html`<form class="search" role="search" action="${linkTo("/certificates")}" data-search>
<input type="search" name="q" value="${value}" placeholder="${label}" aria-label="${label}" autocomplete="off" maxlength="200">
</form>`;
}

/** Only who was added as a user can keep one; the address alone lasts for a page. */
function keepLanguage({ request, language, linkTo, token }: Visit): Html | null {
  const { lang } = (request.query ?? {}) as { lang?: unknown };
  if (token === undefined || lang !== language || request.caller.language === language) return null;
  return html`<form method="post" action="${linkTo("/people/language")}"><input type="hidden" name="csrf" value="${token}"><input type="hidden" name="language" value="${language}"><button>${words(language).keep}</button></form>`;
}

function corner({ request, linkTo, token }: Visit, signOut: string): Html | null {
  if (token === undefined) return null;
  return html`<form class="account" method="post" action="${linkTo("/sign-out")}">
<a href="${linkTo("/sign-in")}">${request.caller.actor.id}</a>
<input type="hidden" name="csrf" value="${token}"><button>${signOut}</button>
</form>`;
}
