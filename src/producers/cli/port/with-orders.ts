// Opens what answers a verb about orders: a gateway where one is named, else the fleet's Redis. Only that is loaded.
import type { Result } from "../../../shared/base/result.ts";
import type { ProgramContext } from "../own-redis.ts";
import { findGateway } from "../target.ts";
import type { Approvers, Orders } from "./orders.ts";

/** @throws Unavailable when Redis does not respond; Error when settings or profiles are wrong */
export async function withOrders<T>(context: ProgramContext, work: (orders: Orders) => Promise<T>): Promise<T> {
  const gateway = await findGateway(context);
  if (gateway) {
    const [{ callTo }, { httpOrders }] = await Promise.all([import("./http-call.ts"), import("./http-orders.ts")]);
    return work(httpOrders(callTo(gateway)));
  }
  const [{ withFleet }, { redisOrders }] = await Promise.all([import("../fleet.ts"), import("./redis-orders.ts")]);
  return withFleet(context, (fleet) => work(redisOrders(fleet)));
}

/** Needs no Redis: without a gateway the rules of this machine's configuration answer. */
export async function findApprovers(
  context: ProgramContext,
  domain: string,
  product: string | undefined,
): Promise<Approvers | Result> {
  const gateway = await findGateway(context);
  if (!gateway) return (await import("./own-approvers.ts")).ownApprovers(domain, product, context.env);
  const [{ callTo }, { httpOrders }] = await Promise.all([import("./http-call.ts"), import("./http-orders.ts")]);
  return httpOrders(callTo(gateway)).approvers(domain, product);
}
