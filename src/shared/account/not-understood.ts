// What of eNom's answers is not understood: the last answers of each account, masked, and whether one of them stops its
// purchases. Workers keep it; people read it.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";
import { beginsText, endsText } from "./told-states.ts";
import { notUnderstoodText } from "./trouble-notes.ts";

/** Kept of each account; what is of the same kind is kept once, and counted. */
export const MOST_ANSWERS = 50;

const KEEP = defineScript(join(import.meta.dirname, "lua/keep-answer.lua"), {
  keys: ["answers"],
  args: ["kind", "answer", "at", "most"],
});

const NOTE_STANDING = defineScript(join(import.meta.dirname, "lua/note-standing.lua"), {
  keys: ["standing", "troubles", "stream"],
  args: ["text", "begins", "ends"],
});

const fault = z.object({
  element: z
    .string()
    .meta({ description: "The element that cannot be read; document: the answer as a whole", example: "CertStatus" }),
  form: z.string().meta({
    description: "The form of its value: a letter is a or A, a digit is 9. Empty for a document",
    example: "A/A",
  }),
  problem: z.string().meta({ description: "What is wrong with it", example: "is no usable number" }),
});

/** An answer of eNom's that was not understood; every value that could name somebody is shown as its form. */
export const keptAnswer = z.object({
  command: z.string().meta({ description: "What was asked", example: "CertGetCerts" }),
  certId: z
    .string()
    .nullable()
    .meta({ description: "The CertID that it is about, where it is about one", example: "900123" }),
  faults: z.array(fault).meta({ description: "What could not be read" }),
  trackingKey: z
    .string()
    .nullable()
    .meta({ description: "What eNom's support can search by", example: "1f0c2a64-77f1-4f6e-9d3b-1a2b3c4d5e6f" }),
  text: z.string().meta({
    description: "The answer, or the part of it that holds the fault, masked",
    example: "<CertStatus>Aaaaa</CertStatus>",
  }),
  first: z.string().meta({ format: "date-time", description: "When its kind came first" }),
  last: z.string().meta({ format: "date-time", description: "When its kind came last; the rest is of this time" }),
  count: z.number().meta({ description: "How often its kind came", example: 3 }),
});
export type KeptAnswer = z.infer<typeof keptAnswer>;

/** Why an account buys nothing until eNom's list is understood. */
const standing = z.object({ message: z.string(), since: z.string() });
export type Standing = z.infer<typeof standing>;

type Where = { redis: RedisClient; keys: Keys };
type Answer = Omit<KeptAnswer, "first" | "last" | "count">;

/** Answers of one kind have the same faults in the same command, whatever certificate they are about. */
export function kindOf({ command, faults }: { command: string; faults: readonly z.infer<typeof fault>[] }): string {
  const what = faults.map(({ element, form, problem }) => `${element} ${form} ${problem}`).join("|");
  return createHash("sha256").update(`${command}|${what}`).digest("hex").slice(0, 16);
}

/** Answers how often its kind came by now. Beyond fifty kinds the one that was seen longest ago goes. */
export async function keepAnswer({ redis, keys }: Where, account: string, answer: Answer, at: Date): Promise<number> {
  return Number(
    await runScript(redis, KEEP, {
      keys: { answers: keys.answers(account) },
      args: { kind: kindOf(answer), answer: JSON.stringify(answer), at: at.toISOString(), most: MOST_ANSWERS },
    }),
  );
}

/** Newest first. */
export async function findAnswers({ redis, keys }: Where, account: string): Promise<KeptAnswer[]> {
  const kept = (await redis.hvals(keys.answers(account))).map((text) => keptAnswer.parse(JSON.parse(text)));
  return kept.sort((a, b) => b.last.localeCompare(a.last));
}

/** Keeps why the account buys nothing; `since` is that of the first time. */
export async function noteStanding({ redis, keys }: Where, account: string, message: string, at: Date): Promise<void> {
  const now = at.toISOString();
  const since = (await findStanding({ redis, keys }, account))?.since ?? now;
  const begins = beginsText(account, "enom-not-understood", { at: now, since, message: notUnderstoodText(message) });
  await write({ redis, keys }, account, { text: JSON.stringify({ message, since }), begins, ends: "" });
}

export async function endStanding(where: Where, account: string, at: Date): Promise<void> {
  const ends = endsText(account, "enom-not-understood", at.toISOString());
  await write(where, account, { text: "", begins: "", ends });
}

async function write(
  { redis, keys }: Where,
  account: string,
  args: Record<"text" | "begins" | "ends", string>,
): Promise<void> {
  await runScript(redis, NOTE_STANDING, {
    keys: { standing: keys.notUnderstood(account), troubles: keys.troubles(account), stream: keys.events },
    args,
  });
}

/** Undefined for an account whose list is understood as far as purchases need it. */
export async function findStanding({ redis, keys }: Where, account: string): Promise<Standing | undefined> {
  const kept = await redis.get(keys.notUnderstood(account));
  return kept === null ? undefined : standing.parse(JSON.parse(kept));
}
