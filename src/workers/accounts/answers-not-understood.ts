// Keeps what an account's eNom answered and nobody here understands, and says it in the log: once an hour for each kind.
import { performance } from "node:perf_hooks";
import { keepAnswer, kindOf } from "../../shared/account/not-understood.ts";
import type { Clock } from "../../shared/base/clock.ts";
import { HOUR_MS } from "../../shared/base/dates.ts";
import type { Log } from "../../shared/base/log.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { TellNotUnderstood } from "../enom/wire/answer-not-understood.ts";

interface Needs {
  fleet?: { redis: RedisClient; keys: Keys } | undefined;
  log: Log;
  clock: Clock;
  nowMs?: () => number;
}

/** Without a fleet (a verb whose Redis is away) it is only logged. A Redis that fails loses an answer, and nothing else. */
export function answersNotUnderstood(
  account: string,
  { fleet, log, clock, nowMs = () => performance.now() }: Needs,
): TellNotUnderstood {
  const said = new Map<string, number>();
  return (answer) => {
    const kind = kindOf(answer);
    const now = nowMs();
    const [first] = answer.faults;
    if (now - (said.get(kind) ?? Number.NEGATIVE_INFINITY) >= HOUR_MS) {
      said.set(kind, now);
      const { command, certId } = answer;
      log.warn({ event: "answer.not-understood", account, command, certId, ...first });
    }
    const { faults, ...rest } = answer;
    void (fleet && keepAnswer(fleet, account, { ...rest, faults: [...faults] }, clock.now()).catch(() => undefined));
  };
}
