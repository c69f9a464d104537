// The audit trail: an append-only chain of lines in Redis. What cannot be written here is not done.
import { join } from "node:path";
import { ReplyError } from "ioredis";
import type { Clock } from "../../base/clock.ts";
import { Unavailable } from "../../base/errors.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { defineScript, runScript } from "../../redis/script.ts";
import { type Action, CHAIN_START, type Facts, hashOf, type Line, lineOf, type Outcome } from "./entry.ts";
import { type AuditPage, type AuditQuery, listAudit, type Verification, verifyAudit } from "./read.ts";

const APPEND = defineScript(join(import.meta.dirname, "lua/append-audit.lua"), {
  keys: ["trail", "head", "begun"],
  args: ["expected", "hash"],
});

/** Lines that one script takes at most. */
const MOST_AT_ONCE = 200;
/** Other processes may be faster so often in a row. */
const MOST_TRIES = 50;

/** An action that was written down before it was done. */
export interface Begun {
  /** Never throws: the action was done by then, and the trail shows it as `unknown` where this cannot be kept. */
  end: (outcome: Outcome, changed?: { before?: Facts; after?: Facts }) => Promise<void>;
}

export interface AuditTrail {
  /** Writes an action that is over, such as one that was refused. @throws Unavailable it cannot be kept */
  record: (entry: Action & { outcome: Outcome }) => Promise<void>;
  /** Writes an action before it is done. @throws Unavailable it cannot be kept: the action must not be done */
  begin: (action: Action) => Promise<Begun>;
  /** Newest first. */
  list: (query?: AuditQuery) => Promise<AuditPage>;
  /** Reads the whole chain, oldest first. */
  verify: () => Promise<Verification>;
}

interface Waiting {
  line: Omit<Line, "seq" | "prev">;
  kept: (seq: number) => void;
  failed: (error: unknown) => void;
}

/** `onLost` hears of an end that could not be written. */
export function auditTrail(
  { redis, keys, clock }: { redis: RedisClient; keys: Keys; clock: Clock },
  onLost: (error: unknown) => void = () => undefined,
): AuditTrail {
  let waiting: Waiting[] = [];
  let writing = false;
  let head = { seq: 0, hash: "" };

  /** Everything that waits goes in one script; whoever comes meanwhile goes with the next. */
  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      try {
        const first = await append(batch.map(({ line }) => line));
        for (const [i, { kept }] of batch.entries()) kept(first + i);
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    writing = false;
  }

  /** The place of the first one. */
  async function append(lines: readonly Waiting["line"][]): Promise<number> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const first = head.seq + 1;
      const { operands, hash } = chained(lines, head);
      const found = (await runScript(redis, APPEND, {
        keys: { trail: keys.audit.trail, head: keys.audit.head, begun: keys.audit.begun },
        args: { expected: head.hash, hash },
        moreArgs: operands,
      }).catch(refuse)) as [] | [string, string];
      const [seq, last] = found;
      // The same lines, whose answer was lost, and which the connection sent again.
      const isKept = seq === undefined || last === hash;
      head = isKept ? { seq: head.seq + lines.length, hash } : { seq: Number(seq), hash: last ?? "" };
      if (isKept) return first;
    }
    throw new Unavailable("The audit trail is being written by too many at once. Send the same request again.");
  }

  function add(line: Waiting["line"]): Promise<number> {
    return new Promise((kept, failed) => {
      waiting.push({ line, kept, failed });
      void write();
    });
  }

  return {
    async record({ outcome, ...action }) {
      await add(lineOf(action, { at: clock.now(), outcome }));
    },
    async begin(action) {
      const of = await add(lineOf(action, { at: clock.now(), outcome: "begun" }));
      return {
        end: (outcome, changed = {}) =>
          add(lineOf({ ...action, ...changed }, { at: clock.now(), outcome, of })).then(() => undefined, onLost),
      };
    },
    list: (query = {}) => listAudit({ redis, keys }, query),
    verify: () => verifyAudit({ redis, keys }),
  };
}

/** What Redis itself says no to: a full memory, a key that somebody wrote over. A Redis that is away speaks for itself. */
function refuse(cause: unknown): never {
  if (!(cause instanceof ReplyError)) throw cause;
  const message = `Redis does not take a line of the audit trail (${(cause as Error).message}), so nothing was done.`;
  throw new Unavailable(`${message} Fix Redis, then send the same again.`, { cause });
}

function chained(
  lines: readonly Waiting["line"][],
  head: { seq: number; hash: string },
): { operands: (string | number)[]; hash: string } {
  let prev = head.hash || CHAIN_START;
  const operands = lines.flatMap((line, i) => {
    const seq = head.seq + 1 + i;
    const text = JSON.stringify({ seq, ...line, prev } satisfies Line);
    prev = hashOf(text);
    return [seq, text, line.outcome === "begun" ? 1 : "", line.of ?? ""];
  });
  return { operands, hash: prev };
}
