// Answers that are kept under the Idempotency-Key of their request: who asks again gets the same answer, and nothing is done
// a second time.
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";

const BEGIN = defineScript(join(import.meta.dirname, "lua/begin-http-answer.lua"), {
  keys: ["answer"],
  args: ["digest", "owner", "holdMs"],
});
const KEEP = defineScript(join(import.meta.dirname, "lua/keep-http-answer.lua"), {
  keys: ["answer", "ofOrder"],
  args: ["owner", "status", "headers", "body", "keepMs", "name"],
});
const FREE = defineScript(join(import.meta.dirname, "lua/free-http-answer.lua"), {
  keys: ["answer"],
  args: ["owner", "afterMs"],
});

/** An answer that tells of no order is kept for two days. */
const KEEP_MS = 48 * 3_600_000;

type Place = { redis: RedisClient; keys: Pick<Keys, "answer" | "answersOf"> };

export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A request that has its key: it must be ended by one of these. */
export interface BegunAnswer {
  /** `reference`: of the order that the answer tells of; it is kept as long as the order. */
  keep(answer: KeptAnswer, reference: string | null): Promise<void>;
  /** `afterMs`: something that it asked for may still be on its way. */
  free(afterMs: number): Promise<void>;
}

export type Begun =
  | { kind: "begun"; answer: BegunAnswer }
  | { kind: "answered"; answer: KeptAnswer }
  | { kind: "running"; freeMs: number }
  | { kind: "other" };

const reply = z.union([
  z.tuple([z.enum(["begun", "other"])]),
  z.tuple([z.literal("running"), z.number()]),
  z.tuple([z.literal("answered"), z.coerce.number(), z.string(), z.string()]),
]);

/**
 * `caller`: whose key it is; others may use the same one. `digest`: of all that is asked. `holdMs`: so long after this, a
 * gateway that died leaves the key free again. What it did until then may be done once more by whoever asks again.
 * @throws what Redis throws: nothing was begun
 */
export async function beginAnswer(
  asked: { caller: string; key: string; digest: string; holdMs: number },
  { redis, keys }: Place,
): Promise<Begun> {
  const { caller, key, digest, holdMs } = asked;
  const name = createHash("sha256").update(`${caller}\n${key}`).digest("base64url").slice(0, 32);
  const answer = keys.answer(name);
  const owner = randomUUID();
  const found = reply.parse(
    await runScript(redis, BEGIN, { keys: { answer }, args: { digest, owner, holdMs: Math.ceil(holdMs) } }),
  );
  if (found[0] === "other") return { kind: "other" };
  if (found[0] === "running") return { kind: "running", freeMs: Math.max(0, found[1]) };
  if (found[0] === "answered") {
    const [, status, headers, body] = found;
    return { kind: "answered", answer: { status, headers: headersOf(headers), body: unpack(body) } };
  }
  const begun: BegunAnswer = {
    async keep({ status, headers, body }, reference) {
      await runScript(redis, KEEP, {
        keys: { answer, ofOrder: keys.answersOf(reference ?? "") },
        args: {
          ...{ owner, status, headers: JSON.stringify(headers), body: pack(body) },
          keepMs: reference === null ? KEEP_MS : "",
          name: reference === null ? "" : name,
        },
      });
    },
    async free(afterMs) {
      await runScript(redis, FREE, { keys: { answer }, args: { owner, afterMs } });
    },
  };
  return { kind: "begun", answer: begun };
}

/** Answers name people: with the person they go, too. Who asks again is answered anew. */
export async function forgetAnswersOf(reference: string, { redis, keys }: Place): Promise<void> {
  const names = await redis.smembers(keys.answersOf(reference));
  if (names.length > 0) await redis.del(...names.map(keys.answer), keys.answersOf(reference));
}

function headersOf(text: string): Record<string, string> {
  return z.record(z.string(), z.string()).parse(JSON.parse(text));
}

/** A certificate's JSON is a third of itself then. */
function pack(body: string): string {
  return deflateRawSync(body).toString("base64");
}

function unpack(body: string): string {
  return inflateRawSync(Buffer.from(body, "base64")).toString();
}
