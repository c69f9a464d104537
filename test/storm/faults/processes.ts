// Faults of processes: killed, stopped, ended, blocked, one or all of them, also in the middle of a purchase.
import { setTimeout as pause } from "node:timers/promises";
import type { Scene } from "../matrix/scene.ts";
import { type Fault, pick } from "./fault.ts";

const AT_WORK_MS = 60_000;
/** Three times CERTFLEET_LOCK_SECONDS: its jobs go to others meanwhile. */
const STOPPED_MS = 3_000;
const BLOCKED_MS = 3_000;
const GARBAGE_MS = 4_000;

const aWorker = ({ fleet, random }: Scene) => pick(fleet.members("worker"), random);

/** A process that was asked to end must do so in order. */
async function endInOrder(scene: Scene, to?: "group"): Promise<string> {
  const member = pick(scene.fleet.members(), scene.random);
  const began = performance.now();
  const code = await member.end(to);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  if (code !== 0)
    scene.complaints.push(`${member.name} ended with ${code ?? "a kill"} after a SIGTERM (${seconds} s).`);
  await scene.fleet.untilAtWork(AT_WORK_MS);
  return `${member.name}: ${seconds} s`;
}

/** All workers die at the moment at which eNom has a call of theirs in its hands. */
async function killAt(scene: Scene, command: string): Promise<string> {
  const { enom, fleet } = scene;
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = (): void => {
    for (const member of fleet.members("worker")) member.kill();
    resolve();
  };
  enom.fault(command, { kind: "meanwhile", run });
  const came = await Promise.race([promise.then(() => true), pause(8_000, false, { ref: false })]);
  await fleet.untilAtWork(AT_WORK_MS);
  return came ? `all workers, with ${command} under way` : `no ${command} came`;
}

export const processFaults: readonly Fault[] = [
  {
    ...{ name: "kill-9", group: "processes", does: "SIGKILL of a worker" },
    async play(scene) {
      const worker = aWorker(scene);
      worker.kill();
      await scene.fleet.untilAtWork(AT_WORK_MS);
      return worker.name;
    },
  },
  {
    ...{ name: "kill-gateway", group: "processes", does: "SIGKILL of a gateway" },
    async play({ fleet, random }) {
      const gateway = pick(fleet.members("gateway"), random);
      gateway.kill();
      await fleet.untilAtWork(AT_WORK_MS);
      return gateway.name;
    },
  },
  {
    ...{ name: "kill-at-purchase", group: "processes", does: "SIGKILL of all workers while a purchase is on the wire" },
    play: (scene) => killAt(scene, "PurchaseServices"),
  },
  {
    ...{ name: "kill-at-submission", group: "processes", does: "the same at the hand-over to the CA" },
    play: (scene) => killAt(scene, "CertPurchaseCert"),
  },
  {
    ...{ name: "stop-cont", group: "processes", does: "SIGSTOP of a worker for three locks, then SIGCONT" },
    async play(scene) {
      const worker = aWorker(scene);
      worker.signal("SIGSTOP");
      await pause(STOPPED_MS);
      worker.signal("SIGCONT");
      return worker.name;
    },
  },
  {
    ...{ name: "term", group: "processes", does: "SIGTERM of a process: it ends in order" },
    play: (scene) => endInOrder(scene),
  },
  {
    ...{ name: "term-group", group: "processes", does: "SIGTERM of a whole process group, as systemd does by default" },
    play: (scene) => endInOrder(scene, "group"),
  },
  {
    ...{ name: "restart-storm", group: "processes", does: "all processes killed at once, twice" },
    async play({ fleet }) {
      for (let i = 0; i < 2; i++) {
        for (const member of fleet.members()) member.kill();
        await pause(300);
        await fleet.untilAtWork(AT_WORK_MS);
      }
      return undefined;
    },
  },
  {
    ...{ name: "blocked-loop", group: "processes", does: "the event loop of a worker stands for three locks" },
    async play(scene) {
      const worker = aWorker(scene);
      worker.whim({ blockMs: BLOCKED_MS });
      await pause(BLOCKED_MS + 500);
      return worker.name;
    },
  },
  {
    ...{ name: "gc-pressure", group: "processes", does: "all workers fill and drop memory for four locks" },
    async play({ fleet }) {
      for (const member of fleet.members("worker")) member.whim({ garbageMs: GARBAGE_MS });
      await pause(GARBAGE_MS + 500);
      return undefined;
    },
  },
];
