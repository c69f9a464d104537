// What the ledger knows of the slots that eNom lists, read in one moment (rules 10, 13).
import { z } from "zod";
import { readField } from "./attempt.ts";
import type { LedgerContext } from "./context.ts";
import { readTraces, type Traces } from "./left-over.ts";
import { ledgerScript, step } from "./script.ts";

const VIEW = ledgerScript({
  step: "view",
  whenFrozen: "goes-on",
  keys: ["owner", "version", "unsettled", "parked", "abandoned", "left"],
  args: [],
});

/** Lua writes an empty table as `{}`, whatever it was. */
const flat = z.union([z.array(z.string()), z.object({})]).transform((pairs) => {
  const list = Array.isArray(pairs) ? pairs : [];
  return new Map(list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1] ?? ""] as const] : [])));
});
const shape = z.object({
  owners: z.union([z.array(z.string()), z.object({}).transform(() => [])]),
  dwell: z.number(),
  versions: flat,
  unsettled: flat,
  parked: flat,
  abandoned: flat,
  left: flat,
});

/** An attempt in flight: SENDING, UNKNOWN, or COVERED until it is settled. */
export interface InFlightAttempt {
  reference: string;
  number: number;
  slotClass: string;
  gateAt: number;
  gateDwell: number;
  flag: "S" | "U" | "C";
}

export interface View {
  /** The ledger's time and dwell counter at that moment. */
  now: number;
  dwell: number;
  /** Of the slots asked for: as `slotOwners` has them, or an order's reference; absent when no map has the slot. */
  owners: ReadonlyMap<number, string>;
  version: (slotClass: string) => number;
  inFlight: readonly InFlightAttempt[];
  /** How many attempts of the class are parked, or given up: their slots may still turn up. */
  parked: (slotClass: string) => number;
  abandoned: (slotClass: string) => number;
  /** All that may have bought a slot which no map has, of any class. */
  unexplainedAttempts: number;
  /** What a cancelled order left in the slot; undefined where it left nothing. */
  left: (certId: number) => Traces | undefined;
}

export async function viewLedger(context: LedgerContext, account: string, certIds: readonly number[]): Promise<View> {
  const { ledger } = context.ledger.keys;
  const { now, details } = await step(context, VIEW, {
    account,
    keys: {
      owner: ledger.owner(account),
      version: ledger.version(account),
      unsettled: ledger.unsettled(account),
      parked: ledger.parked(account),
      abandoned: ledger.abandoned(account),
      left: ledger.left(account),
    },
    args: {},
    moreArgs: certIds,
  });
  const { owners, dwell, versions, unsettled, parked, abandoned, left } = shape.parse(JSON.parse(details[0] ?? ""));
  const known = certIds.map((certId, i) => [certId, owners[i] ?? ""] as const).filter(([, of]) => of !== "");
  return {
    ...{ now, dwell },
    owners: new Map(known),
    version: (slotClass) => Number(versions.get(slotClass) ?? 0),
    inFlight: [...unsettled].map(([field, entry]) => inFlightOf(field, entry)),
    parked: (slotClass) => countOf(parked, slotClass),
    abandoned: (slotClass) => countOf(abandoned, slotClass),
    unexplainedAttempts: unsettled.size + parked.size + abandoned.size,
    left: (certId) => readTraces(left.get(`${certId}`)),
  };
}

function inFlightOf(field: string, entry: string): InFlightAttempt {
  const [slotClass = "", , gateAt = "", gateDwell = "", flag = ""] = entry.split("|");
  return {
    ...readField(field),
    slotClass,
    gateAt: Number(gateAt),
    gateDwell: Number(gateDwell),
    flag: flag as InFlightAttempt["flag"],
  };
}

function countOf(map: ReadonlyMap<string, string>, slotClass: string): number {
  return [...map.values()].filter((entry) => entry.split("|")[0] === slotClass).length;
}
