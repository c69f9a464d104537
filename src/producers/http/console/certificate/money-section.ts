// The money of an order: what was bought, what came back, and a purchase whose outcome is unknown.
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import { actionWords } from "../action/action-words.ts";
import type { Shown } from "../certificates/found.ts";
import { day, facts, table, tag } from "../frame/pieces.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

export function moneySection(visit: Visit, { purchases, cancellation, doubt, reference }: Shown): Html {
  const { language, linkTo, may } = visit;
  const say = certificateWords(language);
  const rows = purchases.map(({ certId, orderId, at, years, refunded }) => [
    day(visit, at),
    certId,
    orderId ?? "–",
    years ?? "–",
    refunded ? tag(say.refunded, "good") : "",
  ]);
  const bought =
    rows.length === 0
      ? html`<p class="soft">${say.nothingBought}</p>`
      : table(
          say.money,
          [
            { title: say.when, kind: "nowrap" },
            { title: say.certId, kind: "number" },
            { title: say.orderId, kind: "number" },
            { title: say.years, kind: "number" },
            { title: "" },
          ],
          rows,
        );
  const parked = doubt
    ? html`<p class="bad">${say.doubt}</p><p>${doubt.reason}</p>${may("money:decide") ? html`<p><a class="button primary" href="${linkTo(`${certificatePath(reference)}/resolve`)}">${actionWords(language)["do-resolve"]}</a></p>` : null}`
    : null;
  const over = cancellation
    ? facts([
        [say.cancelled, cancellation.money],
        [say.price, cancellation.price && `${cancellation.price} ${cancellation.currency ?? ""}`],
        [say.refundBy, cancellation.refundBy],
      ])
    : null;
  return html`<section class="panel" aria-labelledby="money"><h2 id="money">${say.money}</h2>${parked}${bought}${over}</section>`;
}
