// The mail catcher's two pages, as a person sees them: what has come, newest first, and one mail with all its parts.
import type { Address } from "postal-mime";
import type { CaughtMail } from "./caught-mail.ts";

/** Looks for new mails by itself, every 3 s, without a script. */
export function listPage(newestFirst: readonly CaughtMail[]): string {
  const rows = newestFirst.map(
    (mail) => `
      <li><a href="/mails/${mail.id}">
        <span class="subject">${escaped(mail.subject ?? "(no subject)")}</span>
        ${time(mail.receivedAt)}
        <span class="to">${escaped(mail.envelope.to.join(", "))}</span>
        ${mail.attachments.length ? `<span class="clip">${escaped(mail.attachments[0]?.filename ?? "attachment")}</span>` : ""}
      </a></li>`,
  );
  const empty = '<p class="empty">No mail yet. Whatever the fleet sends appears here; nothing leaves this machine.</p>';
  const count = newestFirst.length === 1 ? "1 mail" : `${newestFirst.length} mails`;
  return page(
    "Mailbox",
    `<header><h1>Mailbox</h1><p>${count} caught, newest first</p></header>
    ${rows.length ? `<ul class="list">${rows.join("")}</ul>` : empty}`,
    '<meta http-equiv="refresh" content="3">',
  );
}

export function mailPage(mail: CaughtMail): string {
  const facts = [
    ["From", person(mail.from) || mail.envelope.from],
    ["To", mail.to?.map(person).join(", ") || mail.envelope.to.join(", ")],
    ["Envelope", `${mail.envelope.from} → ${mail.envelope.to.join(", ")}`],
    ["Message-ID", mail.messageId ?? "none"],
  ].map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value ?? "")}</dd>`);
  const attachments = mail.attachments.map(
    ({ filename, mimeType }, number) =>
      `<li><a href="/mails/${mail.id}/attachments/${number}" download>${escaped(filename ?? "attachment")}</a> <small>${escaped(mimeType)}</small></li>`,
  );
  const headers = mail.headers.map(
    ({ originalKey, value }) => `<dt>${escaped(originalKey)}</dt><dd>${escaped(value)}</dd>`,
  );
  const html = `<iframe sandbox title="The mail as HTML" src="/mails/${mail.id}/html"></iframe>`;
  const text = `<pre>${escaped(mail.text ?? "")}</pre>`;
  return page(
    mail.subject ?? "(no subject)",
    `<nav><a href="/">← Mailbox</a><a href="/mails/${mail.id}/source">Source</a></nav>
    <article>
      <header><h1>${escaped(mail.subject ?? "(no subject)")}</h1>${time(mail.receivedAt)}</header>
      <dl>${facts.join("")}</dl>
      ${attachments.length ? `<ul class="files">${attachments.join("")}</ul>` : ""}
      ${mail.html ? `${html}<details><summary>As text</summary>${text}</details>` : text}
      <details><summary>All ${mail.headers.length} headers</summary><dl>${headers.join("")}</dl></details>
    </article>`,
  );
}

function page(title: string, body: string, head = ""): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · mail catcher</title>
<link rel="stylesheet" href="/style.css">
${head}
</head>
<body><main>${body}</main></body>
</html>`;
}

export const style = `
:root { color-scheme: light; --ink: #1d2733; --soft: #5b6672; --line: #dfe4ea; --blue: #1f5f99; }
* { box-sizing: border-box; }
body { margin: 0; background: #f2f4f7; color: var(--ink); font: 16px/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 920px; margin: 0 auto; padding: 32px 16px 64px; }
h1 { margin: 0; font-size: 24px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; }
header p { margin: 2px 0 20px; color: var(--soft); font-size: 14px; }
time { color: var(--soft); font-size: 14px; white-space: nowrap; font-variant-numeric: tabular-nums; }
.list { list-style: none; margin: 0; padding: 0; background: #fff; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.list li + li { border-top: 1px solid #e8ecf0; }
.list a { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 2px 16px; align-items: baseline; padding: 12px 18px; color: inherit; }
.list a:hover, .list a:focus-visible { background: #f6f9fc; text-decoration: none; }
.to { color: var(--soft); font-size: 15px; }
.subject { font-weight: 600; }
.to, .subject, .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.clip { justify-self: end; max-width: 18rem; padding: 0 8px; border: 1px solid var(--line); border-radius: 9px; font-size: 12px; color: var(--soft); }
.empty { padding: 48px 24px; text-align: center; color: var(--soft); background: #fff; border: 1px dashed #c9d1d9; border-radius: 10px; }
nav { display: flex; justify-content: space-between; margin-bottom: 14px; font-size: 15px; }
article { padding: 26px 28px; background: #fff; border: 1px solid var(--line); border-radius: 10px; }
article header { display: flex; gap: 16px; justify-content: space-between; align-items: baseline; margin-bottom: 16px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 18px; margin: 0 0 18px; font-size: 14px; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.files { display: flex; flex-wrap: wrap; gap: 8px; list-style: none; margin: 0 0 18px; padding: 0; font-size: 14px; }
.files li { padding: 6px 12px; background: #f4f6f8; border: 1px solid var(--line); border-radius: 6px; }
small { color: var(--soft); }
iframe { display: block; width: 100%; height: 70vh; min-height: 420px; border: 1px solid var(--line); border-radius: 6px; background: #fff; }
pre { margin: 0; padding: 16px 18px; background: #f8f9fb; border: 1px solid var(--line); border-radius: 6px; font: 14px/1.5 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
details { margin-top: 18px; }
summary { margin-bottom: 10px; color: var(--blue); cursor: pointer; font-size: 15px; }
@media (max-width: 640px) { .list time, .clip { display: none; } article { padding: 20px 16px; } article header { display: block; } }
`;

function time(at: Date): string {
  const iso = at.toISOString();
  return `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}

function person(address: Address | undefined): string {
  if (!address) return "";
  if (address.group) return address.group.map(person).join(", ");
  return address.name ? `${address.name} <${address.address}>` : (address.address ?? "");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
