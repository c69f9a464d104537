// What the last comparison of an account found, in Redis: for the state of the account, and for whoever adopts.
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { type DriftReport, driftKinds } from "./import-reports.ts";

/** So many are kept; the others are counted. */
const MOST_KEPT = 100;

const difference = z.object({
  account: z.string(),
  kind: z.enum(driftKinds),
  certId: z.number().nullable(),
  reference: z.string().nullable(),
  domain: z.string(),
  here: z.string(),
  there: z.string(),
});

const kept = z.object({
  at: z.string(),
  isWhole: z.boolean(),
  /** certfleet.yaml has it compared each day: what it finds is a state of the account. */
  isWatched: z.boolean(),
  count: z.number(),
  differences: z.array(difference),
});
export type KeptDrift = z.infer<typeof kept>;

interface DriftNeeds {
  redis: RedisClient;
  keys: Keys;
}

/** Undefined where the account was never compared. */
export async function findDrift({ redis, keys }: DriftNeeds, account: string): Promise<KeptDrift | undefined> {
  const text = await redis.get(keys.drift(account));
  return text === null ? undefined : kept.safeParse(JSON.parse(text)).data;
}

export async function keepDrift({ redis, keys }: DriftNeeds, report: DriftReport, isWatched: boolean): Promise<void> {
  const { account, at, isWhole, differences } = report;
  const note: KeptDrift = {
    ...{ at, isWhole, isWatched, count: differences.length, differences: differences.slice(0, MOST_KEPT) },
  };
  await redis.set(keys.drift(account), JSON.stringify(note));
}

/** `3 differences (2 serial, 1 missing-here), such as CertID 900123: …`. */
export function driftText({ count, differences }: Pick<KeptDrift, "count" | "differences">): string {
  const kinds = [...Map.groupBy(differences, ({ kind }) => kind)].map(([kind, of]) => `${of.length} ${kind}`);
  const [first] = differences;
  const such = first ? `, such as ${whichText(first)}: here ${first.here}, at eNom ${first.there}` : "";
  return `${count} ${count === 1 ? "difference" : "differences"} (${kinds.join(", ")})${such}`;
}

export function whichText({ certId, reference }: { certId: number | null; reference: string | null }): string {
  const slot = certId === null ? "a row without a CertID" : `CertID ${certId}`;
  return reference === null ? slot : `${slot} (${reference})`;
}
