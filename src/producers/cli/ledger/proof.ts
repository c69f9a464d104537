// `ledger prove`, the part that people see: each purchase, what is in doubt, what is unmatched, and one last line that scripts read.
import type { AccountProof, ProvenPurchase } from "../../../shared/account/ledger-reports.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import { table, timeText } from "../table.ts";

interface Asked {
  from?: string | undefined;
  to?: string | undefined;
  account?: string | undefined;
}

/** Fails while anything is unmatched. The last line has one form for one and for many: scripts read it. */
export function proofResult(accounts: readonly AccountProof[], asked: Asked): Result {
  const { account, from = null, to = null } = asked;
  if (account !== undefined && accounts.length === 0)
    return failure("not-found", `No account ${account} is configured here.`);
  const purchases = accounts.flatMap((each) => each.purchases).length;
  const unmatched = accounts.flatMap((each) => each.unmatched).length;
  const verdict = `${purchases} purchases, ${unmatched} unmatched`;
  return {
    ending: unmatched === 0 ? "done" : "failed",
    text: [...accounts.map((each) => accountText(each, asked)), verdict].join("\n\n"),
    json: { from, to, purchases, unmatched, accounts },
    listed: listedFields(
      accounts.flatMap((each) => each.purchases.map((purchase) => ({ account: each.account, ...purchase }))),
      "account date certId orderId price product years belongs.to belongs.reference isMatched",
      "slotClass domain isRefunded",
    ),
  };
}

function accountText(proof: AccountProof, { from, to }: Asked): string {
  const { account, host, state, purchases, inDoubt, unmatched } = proof;
  const rows = purchases.map((each) => [
    each.date?.slice(0, 10) ?? "–",
    ...[each.certId, each.orderId, each.price].map((value) => `${value ?? "–"}`),
    each.product === null ? "–" : `${each.product}, ${each.years} y`,
    belonging(each),
  ]);
  const period = from === undefined && to === undefined ? "" : `, ${from ?? "the beginning"} to ${to ?? "today"}`;
  const money =
    from === undefined ? "orders and payments of eNom's last six months" : "orders and payments of that time";
  const parts = [
    `Account ${account} (${host})${period}; ${money}${STATES[state]}`,
    purchases.length === 0
      ? "No purchase."
      : table(["DATE", "CERTID", "ORDER", "PRICE", "PRODUCT", "BELONGS TO"], rows),
    section(
      "In doubt; eNom shows no purchase for them",
      inDoubt.map(({ reference, attempt, state: at, ...one }) => {
        return [`${reference}#${attempt}`, at, `sent ${timeText(one.at)}`, one.price];
      }),
    ),
    section(
      "Unmatched",
      unmatched.map(({ side, what }) => [side === "enom" ? "at eNom" : "here", what]),
    ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

const STATES: Record<AccountProof["state"], string> = {
  well: "",
  unused: ". Certfleet never bought on this account: everything was there before",
  frozen: ". The account is frozen: see certfleet ledger status",
  behind: ". Redis lost steps of the ledger: see certfleet ledger status",
  lost: ". Redis has no ledger of it: see certfleet ledger status",
  "other-journal": ". CERTFLEET_JOURNAL is not the journal of this ledger",
};

function belonging({ belongs, domain, isRefunded }: ProvenPurchase): string {
  switch (belongs.to) {
    case "order":
      return `${belongs.reference}${isRefunded ? ", refunded" : ""}`;
    case "attempt":
      return `in flight: ${belongs.reference}#${belongs.attempt} ${belongs.state}`;
    default:
      return `${OWNERS[belongs.to]}${domain === "" ? "" : ` (${domain})`}`;
  }
}

const OWNERS: Record<Exclude<ProvenPurchase["belongs"]["to"], "order" | "attempt">, string> = {
  spare: "unused",
  legacy: "was there before",
  foreign: "foreign",
  refunded: "refunded",
  others: "somebody else, as far as is known",
  nobody: "NOBODY",
};

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n${table([], rows).replace(/^/gm, "  ")}`;
}
