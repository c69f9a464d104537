// What an observed account's fleet would have done since the last report, what was done there instead, and the differences.
import { z } from "zod";
import type { ShadowStore } from "./observed.ts";

const time = z.string().meta({ format: "date-time" });

/** `mail`: to a customer. `task`: to the department. `issued`, `status`, `gone`: seen at eNom alone. */
export const actKinds = ["purchase", "reissue", "mail", "task", "issued", "status", "gone"] as const;

export const act = z
  .object({
    kind: z.enum(actKinds).meta({ description: "What would be done, or was seen", example: "reissue" }),
    domain: z.string().meta({ description: "The certificate's name", example: "shop.example.com" }),
    reference: z.string().nullable().meta({ description: "The fleet's order; null: none", example: "bill-1001" }),
    certId: z.int().nullable().meta({ description: "eNom's number; null: not bought yet", example: 900123 }),
    at: time.meta({ description: "When it was due, or seen" }),
    detail: z.string().meta({ description: "For people", example: "30 days before its end, by the policy" }),
  })
  .meta({ id: "ShadowAct" });
export type Act = z.infer<typeof act>;

export const difference = z
  .object({
    kind: z.enum(["purchase", "reissue"]).meta({ description: "What only one of the two did", example: "reissue" }),
    domain: z.string().meta({ description: "The certificate's name", example: "shop.example.com" }),
    only: z.enum(["fleet", "other"]).meta({
      description: "fleet: it would have done it; other: it was done at eNom, and the fleet would not have done it",
      example: "fleet",
    }),
    reference: z.string().nullable().meta({ description: "The fleet's order; null: none", example: "bill-1001" }),
    certId: z.int().nullable().meta({ description: "eNom's number; null: none", example: 900123 }),
    at: time.meta({ description: "When" }),
  })
  .meta({ id: "ShadowDifference" });
export type Difference = z.infer<typeof difference>;

export const shadowReport = z
  .object({
    account: z.string().meta({ description: "The account", example: "main" }),
    at: time.meta({ description: "When it was made" }),
    since: time.nullable().meta({ description: "The report before; null: the first one, which only takes stock" }),
    certificates: z.int().meta({ description: "Certificates in eNom's list", example: 3000 }),
    details: z.int().meta({ description: "Certificates that were read one by one, to see reissues", example: 250 }),
    fleet: z.array(act).meta({ description: "What the fleet would have done" }),
    other: z.array(act).meta({ description: "What was done at eNom meanwhile" }),
    differences: z.array(difference).meta({ description: "Purchases and reissues that only one of the two did" }),
  })
  .meta({ id: "ShadowReport" });
export type ShadowReport = z.infer<typeof shadowReport>;

/** As `GET /v1/accounts/{id}/shadow` answers. */
export interface Shadow {
  account: string;
  mode: string;
  observes: boolean;
  since: string | null;
  differences: Difference[];
  reports: ShadowReport[];
}

/** One a day. */
export const MOST_REPORTS = 90;

/** Newest first. */
export async function shadowReports({ redis, keys }: ShadowStore, account: string): Promise<ShadowReport[]> {
  const texts = await redis.lrange(keys.shadowReports(account), 0, MOST_REPORTS - 1);
  return texts.map((text) => shadowReport.parse(JSON.parse(text)));
}

/**
 * Each purchase and reissue of one side against one of the other side for the same name, whenever: who looks over many
 * days finds those again that the two did on different days.
 */
export function differencesOf(fleet: readonly Act[], other: readonly Act[]): Difference[] {
  const left = other.filter(isCompared);
  const mine = fleet.filter(isCompared).filter((each) => {
    const twin = left.findIndex(({ kind, domain }) => kind === each.kind && domain === each.domain);
    if (twin >= 0) left.splice(twin, 1);
    return twin < 0;
  });
  return [...mine.map((each) => onlyOf("fleet", each)), ...left.map((each) => onlyOf("other", each))];
}

/** Over all reports there are: what must be understood before the account goes live. */
export function differencesSoFar(reports: readonly ShadowReport[]): Difference[] {
  const inTime = reports.toReversed();
  return differencesOf(
    inTime.flatMap(({ fleet }) => fleet),
    inTime.flatMap(({ other }) => other),
  );
}

type Compared = Act & { kind: "purchase" | "reissue" };

function isCompared(each: Act): each is Compared {
  return each.kind === "purchase" || each.kind === "reissue";
}

function onlyOf(only: Difference["only"], { kind, domain, reference, certId, at }: Compared): Difference {
  return { kind, domain, only, reference, certId, at };
}
