// `Prefer: wait=N` (RFC 7240, 4.3): so many seconds a caller likes to wait for the end of what it asks for.
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";

export const MOST_WAIT_SECONDS = 30;

/** For the routes that heed it. What cannot be read is no fault. */
export const preference = z.looseObject({
  prefer: z
    .string()
    .optional()
    .meta({
      description: `\`wait=N\`: the answer may wait up to N seconds for the end of what is asked, ${MOST_WAIT_SECONDS} at most`,
      example: "wait=20",
    }),
});

/** For their answers. */
export const appliedHeader = {
  "Preference-Applied": {
    description: "Where `Prefer` was heeded: for how many seconds at most",
    type: "string" as const,
    example: "wait=20",
  },
};

/** 0: not at all. What cannot be read is no preference, as the RFC has it. */
export function secondsToWait({ headers }: Pick<FastifyRequest, "headers">): number {
  const given = [headers.prefer ?? []].flat().join(",");
  const found = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[;,]|$)/i.exec(given)?.[1];
  return Math.min(Number(found ?? 0), MOST_WAIT_SECONDS);
}

/** Says that it was heeded, and for how long at most. */
export function sayApplied(reply: FastifyReply, seconds: number): void {
  reply.header("preference-applied", `wait=${seconds}`);
}
