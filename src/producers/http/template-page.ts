// How mails are shown to people in a browser: the list of all, and one with its sample in a frame that can do nothing.

import type { BrokenWords, Letter } from "../../shared/mail/render.ts";
import { type Html, html, LOGO, pageOf } from "./html.ts";

/**
 * Nothing is fetched; our sign comes with the page. Mails style themselves by attributes, hence `unsafe-inline`; the frame with the mail has
 * this policy too (Content Security Policy 3, 7.8: a srcdoc document inherits it), and its sandbox takes scripts and forms.
 */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const STYLE = `
:root { color-scheme: light dark; --ink: #16202c; --soft: #5b6b7d; --page: #f5f7f9; --card: #fff; --line: #dfe5eb; --accent: #0f766e; --bad: #b91c1c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edf2; --soft: #94a3b4; --page: #10161d; --card: #18212b; --line: #2a3642; --accent: #5eead4; --bad: #f87171 }
}
* { box-sizing: border-box }
body { margin: 0; padding: 1.5rem 1.25rem 3rem; color: var(--ink); background: var(--page); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif }
main { max-width: 64rem; margin: 0 auto }
header { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .9rem; margin-bottom: 1.2rem }
header img { width: 2rem; height: 2rem }
h1 { margin: 0; font-size: 1.4rem; overflow-wrap: anywhere }
h2 { margin: 1.8rem 0 .6rem; font-size: 1rem; color: var(--soft); font-weight: 600 }
a { color: var(--accent) }
.back { margin-left: auto }
ul { margin: 0; padding: 0; list-style: none }
li { padding: .8rem 0; border-top: 1px solid var(--line) }
li span, .soft { color: var(--soft); font-size: .92rem }
.languages a, .languages b { display: inline-block; padding: .25rem .6rem }
.subject, pre { padding: .9rem 1.1rem; background: var(--card); border: 1px solid var(--line); border-radius: .6rem }
.subject { margin: 0; font-weight: 600; overflow-wrap: anywhere }
pre { margin: 0; overflow: auto; font: .85rem/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
iframe { display: block; width: 100%; height: 54rem; max-width: 100%; border: 1px solid var(--line); border-radius: .6rem; background: #fff; resize: both; overflow: auto }
.broken { color: var(--bad) }
`;

export interface Listed {
  name: string;
  to: string;
  when: string;
  languages: readonly string[];
}

/** An address of ours, wherever a proxy puts it. */
type LinkTo = (path: string) => string;

export function listPage(all: readonly Listed[], linkTo: LinkTo): string {
  const items = all.map(({ name, to, when, languages }) => {
    const links = languages.map((each) => html` ${link(linkTo, name, each, each)}`);
    return html`<li><b>${link(linkTo, name, undefined, name)}</b> <span>to the ${to},${links}<br>${when}</span></li>\n`;
  });
  return page("Mails", html`<ul>\n${items}</ul>`, html`<a class="back" href="${linkTo("/")}">Start page</a>`);
}

export interface Shown extends Listed {
  letter: Letter;
  /** As it was asked for, where it was. */
  language: string | undefined;
  broken: readonly BrokenWords[];
}

export function letterPage({ name, to, when, languages, letter, language, broken }: Shown, linkTo: LinkTo): string {
  const choice = languages.map(
    (each) => html`${each === language ? html`<b>${each}</b>` : link(linkTo, name, each, each)} `,
  );
  const faults = broken.map(
    ({ file, part, line, problem }) =>
      html`<p class="broken">Not used; the built-in text is used instead: ${file ?? part}:${line ?? 1}: ${problem}</p>\n`,
  );
  const attached = letter.attachments.map(({ filename }) => html`<p class="soft">Attached: ${filename}</p>\n`);
  const body = html`<p class="soft">To the ${to}: ${when}. Filled with sample values.</p>
<p class="languages">${choice}</p>
${faults}<h2>Subject</h2>
<p class="subject">${letter.subject}</p>
${attached}<h2>HTML</h2>
<iframe title="The mail as HTML" sandbox="" srcdoc="${letter.html}"></iframe>
<h2>Text</h2>
<pre>${letter.text}</pre>`;
  return page(name, body, html`<a class="back" href="${linkTo("/templates")}">All mails</a>`);
}

function link(linkTo: LinkTo, name: string, language: string | undefined, text: string): Html {
  const query = language === undefined ? "" : `?language=${encodeURIComponent(language)}`;
  return html`<a href="${linkTo(`/templates/${encodeURIComponent(name)}${query}`)}">${text}</a>`;
}

function page(title: string, content: Html, back: Html): string {
  const body = html`<main>
<header><img src="${LOGO}" alt=""><h1>${title}</h1>${back}</header>
${content}
</main>`;
  return pageOf({ title: `${title} · Certfleet`, style: STYLE, body });
}
