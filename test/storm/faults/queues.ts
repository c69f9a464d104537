// What others do to the queues: jobs that nobody can read, jobs that want to buy, and the buttons of a board.
import { setTimeout as pause } from "node:timers/promises";
import type { Scene } from "../matrix/scene.ts";
import type { Fault } from "./fault.ts";

const PAUSED_MS = 3_000;

function nested(depth: number): object {
  let value: object = {};
  for (let i = 0; i < depth; i++) value = { value };
  return value;
}

/** Data that no job of ours has. */
const POISON: readonly [string, unknown][] = [
  ["open", {}],
  ["open", null],
  ["open", "storm-1"],
  ["open", { reference: "../../etc/passwd" }],
  ["open", { reference: "nobody-knows-this", v: 99 }],
  ["open", JSON.parse('{"__proto__":{"reference":"storm-1"},"constructor":{"prototype":{}}}')],
  ["open", { reference: "x".repeat(500_000) }],
  ["open", nested(2_000)],
  ["reissue", { reference: "nobody-knows-this", csr: "-----BEGIN CERTIFICATE REQUEST-----\nAAAA" }],
  ["reissue", { sweep: "yes" }],
  ["notify", { key: 7, template: "certificate-issued", to: { address: "a@example.net\r\nBcc: b@example.net" } }],
  ["balance-poll", { account: "no-such-account" }],
];

const QUEUES = ["open", "reissue", "notify", "balance-poll"] as const;

/** As one that broke into a caller of the queue would: the order is known, and was paid for already. */
async function forge({ queues, customers }: Scene): Promise<string> {
  const known = customers.accepted.slice(-5);
  for (const { order } of known) {
    for (let i = 0; i < 4; i++) {
      await queues.all.open.add("open", { v: 1, reference: order.reference });
      await queues.all.reissue.add("reissue", { v: 1, reference: order.reference });
    }
  }
  return `${known.length * 8} jobs`;
}

export const jobFaults: readonly Fault[] = [
  {
    ...{ name: "poison", group: "jobs", does: "jobs that nobody can read, in every queue" },
    async play({ queues }) {
      for (const [queue, data] of POISON) await queues.all[queue as "open"].add(queue, data);
      await queues.all.open.add("no-such-name", { v: 1, reference: "storm-1" });
      return `${POISON.length + 1} jobs`;
    },
  },
  {
    ...{ name: "forged", group: "jobs", does: "bare jobs for orders that are known: nothing is bought twice" },
    play: forge,
  },
];

export const queueFaults: readonly Fault[] = [
  {
    ...{ name: "obliterate", group: "queues", does: "a queue is obliterated under way" },
    async play({ queues }) {
      await queues.all.open.obliterate({ force: true });
      await queues.all.notify.obliterate({ force: true });
      return "open, notify";
    },
  },
  {
    ...{ name: "pause", group: "queues", does: "queues are paused for three seconds" },
    async play({ queues }) {
      for (const name of QUEUES) await queues.all[name].pause();
      await pause(PAUSED_MS);
      for (const name of QUEUES) await queues.all[name].resume();
      return undefined;
    },
  },
  {
    ...{ name: "drain", group: "queues", does: "what waits and what is delayed is emptied" },
    async play({ queues }) {
      for (const name of QUEUES) await queues.all[name].drain(true);
      return undefined;
    },
  },
  {
    ...{ name: "schedulers-gone", group: "queues", does: "the schedules are removed; a gateway puts them back" },
    async play({ queues }) {
      let removed = 0;
      for (const name of ["reissue", "balance-poll"] as const) {
        for (const { key } of await queues.all[name].getJobSchedulers())
          if (await queues.all[name].removeJobScheduler(key)) removed++;
      }
      return `${removed} schedules`;
    },
  },
];
