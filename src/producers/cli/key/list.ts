// `key list`: every API key that this environment knows, with what is used of it.
import { type ApiKey, DEFAULT_RATE, isExpired } from "../../../shared/authority/keys/key.ts";
import { hasQuota, usedToday } from "../../../shared/authority/keys/quota.ts";
import type { KeyUse } from "../../../shared/authority/keys/store.ts";
import { type Money, moneyOfUnits } from "../../../shared/base/money.ts";
import type { Result } from "../../../shared/base/result.ts";
import { type Column, listed } from "../columns.ts";
import { table, timeText } from "../table.ts";
import type { KeyRoom } from "./room.ts";
import { rateText, shownTerms } from "./shown.ts";

export type ShownKey = ReturnType<typeof shownTerms> & {
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

/** What a list needs of a room: the gateway has one, too. */
export type KeyList = Pick<KeyRoom, "store" | "others" | "clock" | "redis" | "keys">;

export async function findKeys({ all = false }: { all?: boolean }, room: KeyList): Promise<ShownKey[]> {
  const { store, others, clock } = room;
  const now = clock.now();
  const [made, uses] = await Promise.all([store.list({ all }), store.uses()]);
  const none = { createdAt: null, createdBy: null, rotatedAt: null, revokedAt: null };
  const known = [
    ...made.map((key) => ({ ...none, ...key, where: "redis" as const })),
    ...others.map((key) => ({ ...none, ...key, lastUse: uses.get(key.id) ?? null })),
  ];
  return Promise.all(
    known.map(async (key): Promise<ShownKey> => {
      const { id, where, createdAt, createdBy, lastUse } = key;
      const ended = isExpired(key, now) ? "expired" : "live";
      return {
        ...{ id, where, state: key.revokedAt ? "revoked" : ended, ...shownTerms(key) },
        ...{ createdAt, createdBy, rotatedAt: key.rotatedAt ?? null, revokedAt: key.revokedAt ?? null },
        ...{ used: await usedOf(key, room), lastUse },
      };
    }),
  );
}

/** Stable: scripts read them. New ones go to the end. */
const COLUMNS: readonly Column<ShownKey>[] = [
  { name: "name", of: ({ id }) => id },
  { name: "state", of: (key) => (key.state === "live" ? place(key) : key.state) },
  { name: "scopes", of: ({ scopes }) => scopes.join(" ") },
  { name: "ends", of: ({ expires }) => expires },
  { name: "from", of: ({ from }) => from.join(" ") },
  { name: "rate", of: ({ rate }) => rate },
  { name: "ordersPerDay", of: ({ ordersPerDay }) => ordersPerDay, isWide: true },
  { name: "moneyPerDay", of: ({ moneyPerDay }) => moneyPerDay, isWide: true },
  { name: "usedOrders", of: ({ used }) => used?.orders, isWide: true },
  { name: "usedMoney", of: ({ used }) => used?.money, isWide: true },
  { name: "lastUse", of: ({ lastUse }) => lastUse?.at },
  { name: "createdAt", of: ({ createdAt }) => createdAt, isWide: true },
  { name: "createdBy", of: ({ createdBy }) => createdBy, isWide: true },
];

export function keysResult(keys: readonly ShownKey[]): Result {
  const note = keys.length === 0 ? { note: "There is no API key. Make one: certfleet key create --name shop" } : {};
  const text = keys.length === 0 ? "" : page(keys);
  return { ending: "done", text, json: { keys }, listed: listed(COLUMNS, keys), ...note };
}

async function usedOf(
  key: Pick<ApiKey, "id" | "ordersPerDay" | "moneyPerDay">,
  room: KeyList,
): Promise<ShownKey["used"]> {
  if (!hasQuota(key)) return null;
  const { orders, units } = await usedToday(key.id, room.clock.now(), room);
  return { orders, money: moneyOfUnits(units) };
}

function page(keys: readonly ShownKey[]): string {
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

function place({ where }: ShownKey): string {
  return where === "redis" ? "live" : `live, ${where}`;
}

function quotaText({ used, ordersPerDay, moneyPerDay }: ShownKey): string {
  if (!used) return "–";
  const orders = ordersPerDay === null ? [] : [`${used.orders} of ${ordersPerDay} orders`];
  return [...orders, ...(moneyPerDay === null ? [] : [`${used.money} of ${moneyPerDay}`])].join(", ");
}
