// The page of the pretended eNom: its certificates, newest first, what goes wrong with each, and what people can do.
import type { Books } from "../books/books.ts";
import { PLAYS, playOf } from "../books/plays.ts";
import { productOf, type Slot, STATUS_TEXTS } from "../books/slot.ts";

const SHOWN = 100;

/** Buttons only where the action can be done. */
export function controlPage(books: Books): string {
  const rows = books.slots().toReversed().slice(0, SHOWN).map(row);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pretended eNom</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>Pretended eNom</h1>
<p>Here you are the people: the domain's owner, eNom's support, and whoever tops up the account.
Nothing here costs money. Names and their trouble: docs/howto/try-trouble.md</p>
<form method="post" action="/top-up"><p>Balance: ${books.balance()} USD <button>Top up to 5000.00</button></p></form>
<table>
<thead><tr><th>CertID</th><th>Domain</th><th>Product</th><th>Status</th><th>Trouble</th><th>People</th></tr></thead>
<tbody>${rows.join("") || '<tr><td colspan="6">Nothing is bought yet.</td></tr>'}</tbody>
</table>
</main></body>
</html>
`;
}

function row(slot: Slot): string {
  const { certId, configuration, statusId, reissue, issues } = slot;
  const play = playOf(slot);
  const isAsked = statusId === 2 || statusId === 9 || reissue !== undefined;
  const isRefunded = statusId === 7 || statusId === 8;
  const actions = [
    isAsked && button(certId, "approve", "Owner approves"),
    play !== undefined && button(certId, "correct", "Support corrects"),
    statusId === 4 && reissue === undefined && button(certId, "reissue", "Support reissues"),
    !isRefunded && button(certId, "refund", "Support refunds"),
  ];
  const cells = [
    `${certId}`,
    escaped(configuration?.domain ?? ""),
    escaped(productOf(slot).description.replace("SSL Certificate - ", "")),
    `${STATUS_TEXTS[statusId]}${issues.length > 1 ? `, ${issues.length} certificates` : ""}`,
    play === undefined ? "" : escaped(PLAYS[play]),
    actions.filter(Boolean).join(""),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>\n`;
}

function button(certId: number, action: string, label: string): string {
  const field = `<input type="hidden" name="certId" value="${certId}">`;
  return `<form method="post" action="/${action}">${field}<button>${label}</button></form>`;
}

const STYLE = `
body { margin: 0; background: #f2f4f7; color: #1d2733; font: 16px/1.5 "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 32px 16px 64px; }
table { width: 100%; border-collapse: collapse; background: #fff; border: 1px solid #dfe4ea; font-size: 14px; }
th, td { padding: 8px 12px; text-align: left; vertical-align: top; border-top: 1px solid #e8ecf0; overflow-wrap: anywhere; }
td form { display: inline-block; margin: 0 6px 4px 0; }
`;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
