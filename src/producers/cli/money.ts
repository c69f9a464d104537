// Runs a verb about money: on the fleet's Redis, with the settings of its workers, in the name of the person who asks.
import type { Actor } from "../../shared/authority/actor.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { withRedis } from "./connection.ts";
import { actorOf, type ProgramContext, whoSpeaks, withOwnFleet } from "./own-redis.ts";

/** What the workers' part of such a verb is handed. */
export interface Asked {
  redis: RedisClient;
  keys: Keys;
  env: NodeJS.ProcessEnv;
  who: string;
  actor: Actor;
}

/** A verb as the workers carry it out. */
export type Verb<Told, Answered> = (asked: Asked, told: Told) => Promise<Answered>;

/** @throws Unavailable when Redis does not respond */
export function withMoney<T>(context: ProgramContext, work: (asked: Asked) => Promise<T>): Promise<T> {
  const env = withOwnFleet(context);
  return withRedis(context, ({ redis, keys }) =>
    work({ redis, keys, env, who: whoSpeaks(context), actor: actorOf(context) }),
  );
}
