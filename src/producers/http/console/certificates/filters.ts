// The filters of the list of certificates: tabs, what is chosen now, and a form for the rest. Everything is in the address.
import { sorts } from "../../../../shared/certificate/lists/query.ts";
import { type Html, html } from "../../html.ts";
import { fieldHtml } from "../frame/forms.ts";
import type { Visit } from "../frame/visit.ts";
import { columnNames, defaultColumns, type ListQuery, listAddress } from "./list-query.ts";
import { listWords } from "./words.ts";

export interface Tab {
  text: string;
  set: Partial<ListQuery>;
}

/** Tabs keep what was typed; each filter that is chosen can be taken away by one click. */
export function filterLinks({ language, linkTo }: Visit, query: ListQuery, tabs: readonly Tab[]): Html {
  const say = listWords(language);
  const links = tabs.map(({ text, set }) => {
    const isChosen = Object.entries(set).every(
      ([name, value]) => name === "sort" || `${query[name as keyof ListQuery] ?? ""}` === `${value}`,
    );
    return html`<li><a href="${linkTo(listAddress("/certificates", query, set))}"${isChosen ? html` aria-current="true"` : null}>${text}</a></li>`;
  });
  const chosen = (["q", "customer", "brand", "product"] as const).filter((name) => query[name] !== "");
  const removable = chosen.map(
    (name) =>
      html`<li><a href="${linkTo(listAddress("/certificates", query, { [name]: "" }))}" title="${say.remove}"><span class="soft">${name === "q" ? "" : `${say[name]}: `}</span>${query[name]} ×</a></li>`,
  );
  return html`<nav aria-label="${say.status}"><ul class="filters">${links}</ul></nav>
${removable.length > 0 ? html`<ul class="filters" aria-label="${say.filtered}">${removable}</ul>` : null}`;
}

export function filterForm({ language, linkTo }: Visit, query: ListQuery): Html {
  const say = listWords(language);
  const sortTexts: Readonly<Record<string, string>> = {
    ...{ "-acceptedAt": say.newest, acceptedAt: say.oldest, expiry: say.soonest, "-expiry": say.latest },
    "-updated": say.changed,
  };
  const shown = query.columns.length > 0 ? query.columns : defaultColumns;
  const options = ["", ...sorts.filter((each) => each in sortTexts)].map(
    (each) => [each, sortTexts[each] ?? "–"] as const,
  );
  return html`<details class="panel"><summary>${say.more}</summary>
<form class="form" method="get" action="${linkTo("/certificates")}">
<div class="panels">
${fieldHtml({ name: "q", label: say.certificate, value: query.q })}
${fieldHtml({ name: "customer", label: say.customer, value: query.customer })}
${fieldHtml({ name: "brand", label: say.brand, value: query.brand })}
${fieldHtml({ name: "product", label: say.product, value: query.product })}
${fieldHtml({ name: "expires_before", label: say.before, value: query.expires_before.slice(0, 10), type: "date" })}
${fieldHtml({ name: "sort", label: say.sort, value: query.sort, options })}
</div>
<fieldset><legend>${say.columns}</legend><div class="panels">${columnNames.map((name) => html`<label class="check"><input type="checkbox" name="columns" value="${name}"${shown.includes(name) ? html` checked` : null}>${say[name]}</label>`)}</div></fieldset>
${query.status.length > 0 ? html`<input type="hidden" name="status" value="${query.status.join(",")}">` : null}${query.attention === "true" ? html`<input type="hidden" name="attention" value="true">` : null}
<p class="buttons"><button class="primary">${say.apply}</button></p>
</form></details>`;
}
