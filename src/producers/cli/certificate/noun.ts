// What the verbs of `certfleet certificate` are registered with.
import type { Command } from "commander";
import type { Result } from "../../../shared/base/result.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { Orders } from "../port/orders.ts";
import type { PrintResult } from "../terminal.ts";

export interface Noun {
  context: ProgramContext;
  certificate: Command;
  answer: PrintResult;
  withOrders: (work: (orders: Orders) => Promise<Result>) => Promise<Result>;
}
