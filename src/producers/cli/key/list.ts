// `key list`: every API key that this environment knows, with what is used of it.
import { type ApiKey, DEFAULT_RATE, isExpired } from "../../../shared/authority/keys/key.ts";
import { hasQuota, usedToday } from "../../../shared/authority/keys/quota.ts";
import type { KeyUse } from "../../../shared/authority/keys/store.ts";
import { type Money, moneyOfUnits } from "../../../shared/base/money.ts";
import type { Result } from "../../../shared/base/result.ts";
import { table, timeText } from "../table.ts";
import type { KeyRoom } from "./room.ts";
import { rateText, shownTerms } from "./shown.ts";

type Shown = ReturnType<typeof shownTerms> & {
  id: string;
  where: "redis" | "file" | "environment";
  state: "live" | "expired" | "revoked";
  createdAt: string | null;
  createdBy: string | null;
  rotatedAt: string | null;
  revokedAt: string | null;
  used: { orders: number; money: Money } | null;
  lastUse: KeyUse | null;
};

export async function listKeys({ all = false }: { all?: boolean }, room: KeyRoom): Promise<Result> {
  const { store, others, clock } = room;
  const now = clock.now();
  const [made, uses] = await Promise.all([store.list({ all }), store.uses()]);
  const none = { createdAt: null, createdBy: null, rotatedAt: null, revokedAt: null };
  const known = [
    ...made.map((key) => ({ ...none, ...key, where: "redis" as const })),
    ...others.map((key) => ({ ...none, ...key, lastUse: uses[key.id] ?? null })),
  ];
  const keys = await Promise.all(
    known.map(async (key): Promise<Shown> => {
      const { id, where, createdAt, createdBy, lastUse } = key;
      const ended = isExpired(key, now) ? "expired" : "live";
      return {
        ...{ id, where, state: key.revokedAt ? "revoked" : ended, ...shownTerms(key) },
        ...{ createdAt, createdBy, rotatedAt: key.rotatedAt ?? null, revokedAt: key.revokedAt ?? null },
        ...{ used: await usedOf(key, room), lastUse },
      };
    }),
  );
  const note = keys.length === 0 ? { note: "There is no API key. Make one: certfleet key create --name shop" } : {};
  return { ending: "done", text: keys.length === 0 ? "" : page(keys), json: { keys }, ...note };
}

async function usedOf(key: Pick<ApiKey, "id" | "ordersPerDay" | "moneyPerDay">, room: KeyRoom): Promise<Shown["used"]> {
  if (!hasQuota(key)) return null;
  const { orders, units } = await usedToday(key.id, room.clock.now(), room);
  return { orders, money: moneyOfUnits(units) };
}

function page(keys: readonly Shown[]): string {
  const rows = keys.map((key) => [
    key.id,
    key.state === "live" ? place(key) : key.state,
    key.scopes.join(" "),
    key.expires ? timeText(key.expires) : "–",
    key.from.join(" ") || "–",
    key.rate ?? rateText(DEFAULT_RATE),
    quotaText(key),
    key.lastUse ? `${timeText(key.lastUse.at)}${key.lastUse.from ? ` from ${key.lastUse.from}` : ""}` : "never",
  ]);
  return table(["NAME", "STATE", "SCOPES", "ENDS", "FROM", "RATE", "USED IN 24 H", "LAST USE"], rows);
}

function place({ where }: Shown): string {
  return where === "redis" ? "live" : `live, ${where}`;
}

function quotaText({ used, ordersPerDay, moneyPerDay }: Shown): string {
  if (!used) return "–";
  const orders = ordersPerDay === null ? [] : [`${used.orders} of ${ordersPerDay} orders`];
  return [...orders, ...(moneyPerDay === null ? [] : [`${used.money} of ${moneyPerDay}`])].join(", ");
}
