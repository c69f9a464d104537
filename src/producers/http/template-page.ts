// How mails are shown to people in a browser: the list of all, and one with its sample in a frame that can do nothing.

import type { BrokenWords, Letter } from "../../shared/mail/render.ts";
import { LOGO } from "./html.ts";

/**
 * Nothing is fetched but our sign. Mails style themselves by attributes, hence `unsafe-inline`; the frame with the mail has
 * this policy too (Content Security Policy 3, 7.8: a srcdoc document inherits it), and its sandbox takes scripts and forms.
 */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

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

export function listPage(all: readonly Listed[]): string {
  const items = all.map(({ name, to, when, languages }) => {
    const links = languages.map((each) => link(name, each, each)).join(" ");
    return `<li><b>${link(name, undefined, name)}</b> <span>to the ${escaped(to)}, ${links}<br>${escaped(when)}</span></li>`;
  });
  return page("Mails", `<ul>\n${items.join("\n")}\n</ul>`, '<a class="back" href="/">Start page</a>');
}

export interface Shown extends Listed {
  letter: Letter;
  /** As it was asked for, where it was. */
  language: string | undefined;
  broken: readonly BrokenWords[];
}

export function letterPage({ name, to, when, languages, letter, language, broken }: Shown): string {
  const choice = languages.map((each) => (each === language ? `<b>${escaped(each)}</b>` : link(name, each, each)));
  const attached = letter.attachments.map(({ filename }) => `Attached: ${escaped(filename)}`).join("<br>");
  const faults = broken.map(({ file, part, line, problem }) => `${file ?? part}:${line ?? 1}: ${problem}`);
  const body = [
    `<p class="soft">To the ${escaped(to)}: ${escaped(when)}. Filled with a sample.</p>`,
    `<p class="languages">${choice.join(" ")}</p>`,
    ...faults.map((each) => `<p class="broken">Not used, ours is: ${escaped(each)}</p>`),
    `<h2>Subject</h2>\n<p class="subject">${escaped(letter.subject)}</p>`,
    attached && `<p class="soft">${attached}</p>`,
    `<h2>HTML</h2>\n<iframe title="The mail as HTML" sandbox="" srcdoc="${escaped(letter.html)}"></iframe>`,
    `<h2>Text</h2>\n<pre>${escaped(letter.text)}</pre>`,
  ];
  return page(name, body.join("\n"), '<a class="back" href="/templates">All mails</a>');
}

function link(name: string, language: string | undefined, words: string): string {
  const query = language === undefined ? "" : `?language=${encodeURIComponent(language)}`;
  return `<a href="/templates/${encodeURIComponent(name)}${query}">${escaped(words)}</a>`;
}

function page(title: string, body: string, back: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)} · Certfleet</title>
<link rel="icon" href="${LOGO}" type="image/svg+xml">
<style>${STYLE}</style>
</head>
<body>
<main>
<header><img src="${LOGO}" alt=""><h1>${escaped(title)}</h1>${back}</header>
${body}
</main>
</body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
