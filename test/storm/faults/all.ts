// Every kind of fault, and which of them follow each other: a lane is played beside the other lanes.
import { enomFaults } from "./enom.ts";
import type { Fault, Group } from "./fault.ts";
import { clockFaults, diskFaults } from "./machine.ts";
import { processFaults } from "./processes.ts";
import { jobFaults, queueFaults } from "./queues.ts";
import { redisFaults } from "./redis.ts";
import { secondFleet } from "./second-fleet.ts";
import { smtpFaults } from "./smtp.ts";
import { webhookFaults } from "./webhooks.ts";

export const allFaults: readonly Fault[] = [
  ...processFaults,
  ...redisFaults,
  ...enomFaults,
  secondFleet,
  ...smtpFaults,
  ...clockFaults,
  ...diskFaults,
  ...jobFaults,
  ...queueFaults,
  ...webhookFaults,
];

/**
 * What meddles with the same thing is in one lane. Redis and the journal are the two records of the money: the fleet
 * survives the loss of one, so that never both are away at once.
 */
export const lanes: readonly (readonly Group[])[] = [
  ["redis", "disks"],
  ["processes", "clocks", "jobs", "queues"],
  ["enom"],
  ["smtp"],
  ["webhooks"],
];
