// Faults of who receives webhooks: dead, ill, slow, silent; and workers that are killed in the middle of a delivery.
import { setTimeout as pause } from "node:timers/promises";
import type { Health } from "../matrix/receiver.ts";
import type { Fault } from "./fault.ts";

const WATCH_MS = 4_000;
const AT_WORK_MS = 60_000;

function receiverThat(name: string, does: string, health: Health): Fault {
  return {
    ...{ name, group: "webhooks", does },
    async play({ receiver }) {
      receiver.health = health;
      await pause(WATCH_MS);
      receiver.health = "well";
      receiver.cut();
      return undefined;
    },
  };
}

export const webhookFaults: readonly Fault[] = [
  receiverThat("hook-dead", "the receiver of webhooks cuts each connection for four seconds", "dead"),
  receiverThat("hook-500", "the receiver answers 500 for four seconds", "ill"),
  receiverThat("hook-429", "the receiver asks for a pause of two seconds", "busy"),
  receiverThat("hook-slow", "the receiver takes three seconds for each event", "slow"),
  receiverThat("hook-silent", "the receiver does not answer for four seconds", "silent"),
  receiverThat("hook-lost", "the receiver takes events, and its answers get lost", "lost"),
  {
    ...{ name: "hook-killed", group: "webhooks", does: "SIGKILL of all workers with a delivery under way" },
    async play({ receiver, fleet }) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      receiver.meanwhile = () => {
        for (const member of fleet.members("worker")) member.kill();
        resolve(true);
      };
      const came = await Promise.race([promise, pause(8_000, false, { ref: false })]);
      receiver.meanwhile = undefined;
      await fleet.untilAtWork(AT_WORK_MS);
      return came ? "all workers" : "no event came";
    },
  },
];
