// The report of a first contact as one page: no script, nothing from elsewhere, readable on a phone, in the dark and on paper.
import { type Difference, KIND_WORDS, type ProbeReport, type Question } from "../../../../shared/probe/report.ts";
import { type Html, html, pageOf } from "../../../http/html.ts";
import { timeText } from "../../table.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** The whole document. */
export function reportPage(report: ProbeReport): string {
  const { account, host, at, ok, differences, questions, yaml, answers } = report;
  const serious = differences.filter(({ matters }) => matters);
  const others = differences.filter(({ matters }) => !matters);
  const understood = questions.filter(({ outcome }) => outcome === "understood").length;
  const verdict = ok
    ? "Nothing that matters differs: the fleet understands this account."
    : `${serious.length} ${serious.length === 1 ? "difference" : "differences"} to settle before anything is bought.`;
  const page = html`<header><p class="soft">Certfleet, first contact with eNom</p>
<h1>Account ${account}</h1>
<p class="soft">${host}, ${timeText(at)}</p>
<p class="verdict ${ok ? "good" : "bad"}"><span aria-hidden="true">${ok ? "✓" : "✗"}</span> ${verdict}</p>
<p>${questions.length} questions that change nothing were asked, ${understood} were answered as expected.</p></header>
<main>
${serious.length === 0 ? null : html`<section><h2>To settle</h2><ol class="differences">${serious.map(differenceItem)}</ol></section>`}
${yaml === "" ? null : html`<section><h2>For certfleet.yaml</h2><pre>${yaml}</pre></section>`}
${accountSection(report)}
<section><h2>What was asked</h2><table class="stack"><thead><tr><th>Question</th><th>Answer</th><th class="number">Time</th></tr></thead><tbody>${questions.map(questionRow)}</tbody></table></section>
${productSection(report)}
${others.length === 0 ? null : html`<section><h2>Also seen <span class="soft">the fleet goes on with it</span></h2><table class="stack"><thead><tr><th>Command</th><th>Element</th><th>What</th><th>Seen</th></tr></thead><tbody>${others.map(otherRow)}</tbody></table></section>`}
</main>
<footer>${answers === "" ? null : html`<p>The answers, masked, may be sent on: <code>${answers}</code></p>`}
<p>Contacts, e-mail addresses, the login and keys are masked; names of domains only where that was asked.</p></footer>`;
  return pageOf({ title: `${account}: first contact with eNom`, style: PAGE_STYLE, body: page });
}

function differenceItem({ command, element, kind, seen, means, count, example, switch: lines }: Difference): Html {
  const where = [count > 1 ? `${count} times` : "", example ?? ""].filter((part) => part !== "").join(", ");
  return html`<li><h3>${command} <span class="soft">${element}</span></h3><p class="kind">${KIND_WORDS[kind]}</p>
<p>Seen: <code>${seen}</code>${where === "" ? null : html` <span class="soft">(${where})</span>`}</p>
<p>${means}</p>${lines === null ? null : html`<pre>${lines}</pre>`}</li>`;
}

function otherRow({ command, element, kind, seen, count }: Difference): Html {
  return html`<tr><td data-label="Command">${command}</td><td data-label="Element">${element}</td><td data-label="What">${KIND_WORDS[kind]}</td><td data-label="Seen">${seen}${count > 1 ? ` (${count} times)` : ""}</td></tr>`;
}

const WORDS: Readonly<Record<Question["outcome"], string>> = {
  understood: "as expected",
  differs: "differs",
  refused: "refused",
  "no-answer": "no answer",
};

function questionRow({ command, about, outcome, said, ms }: Question): Html {
  const isWell = outcome === "understood";
  return html`<tr><td data-label="Question">${command} <span class="soft">${about}</span></td><td data-label="Answer"><span class="${isWell ? "good" : "bad"}">${isWell ? "✓" : "✗"} ${WORDS[outcome]}</span> <span class="soft">${said}</span></td><td data-label="Time" class="number">${ms} ms</td></tr>`;
}

function accountSection({ facts }: ProbeReport): Html {
  const { balance, certificates, dates, address, others, latency } = facts;
  const slowest = latency.reduce((most, { longestMs }) => Math.max(most, longestMs), 0);
  const rows: [string, readonly string[]][] = [
    ["Money", [balance ? `${balance.available} can be spent, balance ${balance.balance}` : "not told"]],
    [
      "Certificates",
      [
        `${certificates.total ?? "?"} in all`,
        ...certificates.byStatus.map(({ status, count }) => `${count}: ${status}`),
      ],
    ],
    ["Who buys", others],
    ["Dates", dates.forms.length > 0 ? dates.forms : ["none seen"]],
    ["Clock", [dates.clock ?? "eNom did not tell its time"]],
    ["Address", [address ?? "not told: eNom names it only where it refuses one"]],
    ["Slowest answer", [`${slowest} ms`]],
  ];
  const items = rows.map(
    ([name, lines]) => html`<div><dt>${name}</dt>${lines.map((line) => html`<dd>${line}</dd>`)}</div>`,
  );
  return html`<section><h2>The account</h2><dl>${items}</dl></section>`;
}

const STATES: Readonly<Record<string, string>> = {
  sold: "can be ordered",
  "not-enabled": "not sold to this account",
  "not-in-table": "not in our table",
  "multi-domain": "several names: cannot be ordered",
};

function productSection({ facts: { products } }: ProbeReport): Html | null {
  if (products.length === 0) return null;
  const rows = products.map(
    ({ service, name, price, years, state }) =>
      html`<tr><td data-label="Product">${name} <span class="soft">${service}</span></td><td data-label="A year" class="number">${price ?? "–"}</td><td data-label="Years">${years.join(", ") || "–"}</td><td data-label="Here" class="${state === "sold" ? "good" : "soft"}">${STATES[state] ?? state}</td></tr>`,
  );
  return html`<section><h2>Products and prices</h2><table class="stack"><thead><tr><th>Product</th><th class="number">A year</th><th>Years</th><th>Here</th></tr></thead><tbody>${rows}</tbody></table></section>`;
}
