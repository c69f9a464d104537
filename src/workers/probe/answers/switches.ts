// The switches of certfleet.yaml that a difference can be answered with: one line each in the report, and all of them as one
// piece to paste.
import type { ProductRow } from "../../../shared/probe/report.ts";

/** Those of `enom:` that have one value. */
const SINGLE = ["proof", "dnsRecordType", "approverList", "dates", "balance"] as const;
type Single = (typeof SINGLE)[number];

export type Switch =
  | { kind: Single; value: string }
  | { kind: "status"; id: number; means: string }
  | { kind: "error"; match: string; means: string }
  | { kind: "mode"; value: "shared" }
  /** The lines below `products:`. */
  | { kind: "product"; service: ProductRow["service"]; lines: string };

/** As one line, as the report shows it beside its difference. */
export function switchLine(wanted: Switch): string {
  switch (wanted.kind) {
    case "error":
      return `enom: { errors: [{ match: ${JSON.stringify(wanted.match)}, means: ${wanted.means} }] }`;
    case "status":
      return `enom: { statuses: [{ id: ${wanted.id}, means: ${wanted.means} }] }`;
    case "mode":
      return `mode: ${wanted.value}`;
    case "product":
      return `products:\n${wanted.lines}`;
    default:
      return `enom: { ${wanted.kind}: ${wanted.value} }`;
  }
}

/** All of them, each once. Empty where there are none. */
export function switchesYaml(account: string, wanted: readonly Switch[]): string {
  const each = [...new Map(wanted.map((one) => [switchLine(one), one])).values()];
  const mode = each.filter(({ kind }) => kind === "mode").map(switchLine);
  const single = each.flatMap((one) =>
    "value" in one && one.kind !== "mode" ? [`      ${one.kind}: ${one.value}`] : [],
  );
  const errors = each.flatMap((one) =>
    one.kind === "error" ? [`        - match: ${JSON.stringify(one.match)}`, `          means: ${one.means}`] : [],
  );
  const statuses = each.flatMap((one) =>
    one.kind === "status" ? [`        - { id: ${one.id}, means: ${one.means} }`] : [],
  );
  const enom = [
    ...single,
    ...(statuses.length > 0 ? ["      statuses:", ...statuses] : []),
    ...(errors.length > 0 ? ["      errors:", ...errors] : []),
  ];
  const ofAccount = [...mode.map((line) => `    ${line}`), ...(enom.length > 0 ? ["    enom:", ...enom] : [])];
  const products = each.flatMap((one) => (one.kind === "product" ? [one.lines] : []));
  return [
    ...(ofAccount.length > 0 ? ["accounts:", `  - id: ${account}`, ...ofAccount] : []),
    ...(products.length > 0 ? ["products:", ...products] : []),
  ].join("\n");
}

/** The likeliest meaning of a refusal that has no code, by eNom's words; a person confirms it. */
export function guessedMeaning(text: string): string {
  if (/fund|balance|insufficient|refill/i.test(text)) return "no-funds";
  if (/limit|too many|exceed|throttl|rate/i.test(text)) return "limit";
  return /maint|unavailable|upgrade|temporar|try again/i.test(text) ? "maintenance" : "refused";
}
