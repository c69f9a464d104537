// How an API key is shown to people and programs; never its secret, never its hash.
import { type ApiKey, DEFAULT_RATE, type Rate } from "../../../shared/authority/keys/key.ts";

type Terms = Omit<ApiKey, "id" | "sha256">;

/** For programs; null: not limited, and of the rate the usual one. */
export function shownTerms({ scopes, expires, from, rate, ordersPerDay, moneyPerDay }: Terms) {
  return {
    scopes,
    expires: expires ?? null,
    from: from ?? [],
    rate: rate ? rateText(rate) : null,
    ordersPerDay: ordersPerDay ?? null,
    moneyPerDay: moneyPerDay ?? null,
  };
}

export type ShownTerms = ReturnType<typeof shownTerms>;

/** In one sentence, without its full stop. */
export function termsText({ scopes, expires, from, rate, ordersPerDay, moneyPerDay }: ShownTerms): string {
  return [
    scopes.join(", "),
    from.length > 0 ? `from ${from.join(", ")}` : "from everywhere",
    expires ? `until ${expires}` : "without end",
    `${rate ?? rateText(DEFAULT_RATE)} requests`,
    ...(ordersPerDay === null ? [] : [`${ordersPerDay} orders in 24 hours`]),
    ...(moneyPerDay === null ? [] : [`orders for ${moneyPerDay} in 24 hours`]),
  ].join("; ");
}

/** As it is written: `20/s`, `600/m`. */
export function rateText({ requests, seconds }: Rate): string {
  const unit = { 1: "s", 60: "m", 3600: "h" }[seconds];
  return unit ? `${requests}/${unit}` : `${requests / seconds}/s`;
}
