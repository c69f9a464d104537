// What the account sells, and who else buys in it.
import { compareCatalogue } from "../../../shared/account/compare-catalogue.ts";
import type { CatalogueEntry, OrderedThing } from "../../enom/commands/commands.ts";
import { anyTextOf } from "../../enom/commands/fields.ts";
import { descendants } from "../../enom/wire/document.ts";
import type { ReadAnswer } from "../answers/read-answer.ts";
import type { Switch } from "../answers/switches.ts";
import { type About, type Found, found } from "./found.ts";

const SHARED: Switch = { kind: "mode", value: "shared" };

export function catalogueDifferences({ answers }: About): Found[] {
  return answers.flatMap((read) => {
    if (read.recorded.command !== "GetCerts" || !Array.isArray(read.value)) return [];
    return compareCatalogue(read.value as CatalogueEntry[]).flatMap(
      ({ service, name, state, prodType, note, yaml }): Found[] => {
        const wanted: Switch | null = yaml === null ? null : { kind: "product", service, lines: yaml };
        if (state === "not-in-table" || state === "multi-domain") {
          const means =
            state === "multi-domain"
              ? `It cannot be ordered here: ${note}.`
              : "It can be ordered once certfleet.yaml has it.";
          return [
            found(read, {
              kind: "product-not-in-table",
              element: "ProdCode",
              seen: service,
              example: name,
              matters: false,
              wanted,
              means,
            }),
          ];
        }
        if (state === "missing" || state === "not-enabled") {
          const means =
            state === "missing"
              ? "It is in the product table here, and eNom's catalogue does not list it: orders for it wait."
              : "eNom lists it, and does not sell it to this account.";
          return [
            found(read, {
              kind: "product-not-offered",
              element: "ProdCode",
              seen: service,
              example: name,
              matters: false,
              means,
            }),
          ];
        }
        if (yaml === null) return [];
        return [
          found(read, {
            kind: "product-number",
            element: "ProdType",
            seen: `${prodType} for ${service}`,
            wanted,
            means: `${note}.`,
          }),
        ];
      },
    );
  });
}

export function othersWhoBuy({ answers, around }: About): Found[] {
  const isShared = around.mode !== "dedicated";
  const list = answers.find(({ recorded }) => recorded.command === "CertGetCerts");
  const strangers: Found[] =
    list && around.strangers.length > 0
      ? [
          found(list, {
            ...{ kind: "others-buy", element: "CertID", count: around.strangers.length, matters: !isShared },
            seen: `${around.strangers.length} that the fleet's ledger does not know`,
            example: `CertID ${around.strangers[0]}`,
            means:
              "Somebody else buys certificates here. An account for this fleet alone would be frozen: say that it is shared, or give the others an account of their own.",
            wanted: SHARED,
          }),
        ]
      : [];
  const elsewhere: Found[] =
    list && around.ledger === "bound-elsewhere"
      ? [
          found(list, {
            ...{ kind: "other-login", element: "CertID", seen: "the ledger of this account belongs to another login" },
            means: "Give this login an account id of its own: nothing is bought on it under this one.",
          }),
        ]
      : [];
  return [...strangers, ...elsewhere, ...otherOrders(answers, isShared)];
}

/** Orders of domains and the like stand in one list with ours. */
function otherOrders(answers: readonly ReadAnswer[], isShared: boolean): Found[] {
  const detail = answers.find(({ recorded, value }) => recorded.command === "GetOrderDetail" && value);
  const order = detail?.value as OrderedThing | undefined;
  const others = ordersWithoutCertificate(answers);
  if (!detail || !order || order.holdsCertificates) return [];
  const count = Math.max(1, others.length);
  return [
    found(detail, {
      ...{ kind: "others-buy", element: "Certs", seen: "an order without certificates", matters: !isShared, count },
      means:
        "The account sells other things, too, such as domains. Their money and order numbers stand beside ours, and a lost purchase is told by them: say that the account is shared.",
      wanted: SHARED,
    }),
  ];
}

/** Numbers of the listed orders that no listed certificate names; none where the certificates name no orders. */
export function ordersWithoutCertificate(answers: readonly ReadAnswer[]): string[] {
  const textsOf = (command: string, name: string): string[] =>
    answers
      .filter(({ recorded, verdict }) => recorded.command === command && verdict?.kind === "success")
      .flatMap(({ root }) => (root ? descendants(root, (each) => each === name) : []))
      .map((holder) => anyTextOf(holder, "OrderID"))
      .filter((id) => id !== "");
  const ofCertificates = new Set(textsOf("CertGetCerts", "cert"));
  if (ofCertificates.size === 0) return [];
  return textsOf("GetOrderList", "orderdetail").filter((id) => !ofCertificates.has(id));
}
