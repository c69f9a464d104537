// Whether anybody was given a key, or made a console user: until then a gateway where money is real stays closed.
import { anyKeys } from "../../../shared/authority/keys/store.ts";
import { anyUsers } from "../../../shared/authority/people/store.ts";
import type { GatewayNeeds } from "../needs.ts";
import { orUnavailable } from "./rate-limits.ts";

/** Of the environment, of the configuration file, or in Redis. @throws Unavailable */
export async function isAnyKey({
  apiKeys,
  redis,
  keys,
}: Pick<GatewayNeeds, "apiKeys" | "redis" | "keys">): Promise<boolean> {
  return apiKeys.length > 0 || orUnavailable(anyKeys(redis, keys));
}

/** BOARD_USER, a console user in Redis, or whoever an OpenID provider knows. @throws Unavailable */
export async function isAnyUser({
  board,
  signIn,
  redis,
  keys,
}: Pick<GatewayNeeds, "board" | "signIn" | "redis" | "keys">): Promise<boolean> {
  return board !== null || signIn?.openId !== undefined || orUnavailable(anyUsers(redis, keys));
}
