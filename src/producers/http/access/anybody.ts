// Whether anybody was given a key, or made a console user: until then a gateway where money is real stays closed.
import type { GatewayNeeds } from "../needs.ts";

/** Of the environment, of the configuration file, or in Redis. */
export async function isAnyKey({ apiKeys }: Pick<GatewayNeeds, "apiKeys" | "redis" | "keys">): Promise<boolean> {
  return apiKeys.length > 0;
}

/** BOARD_USER, or a console user in Redis. */
export async function isAnyUser({ board }: Pick<GatewayNeeds, "board" | "redis" | "keys">): Promise<boolean> {
  return board !== null;
}
