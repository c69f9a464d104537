// Faults of the machine under a process: its clock is wrong or is set under way, the journal's disk is full or away.
import { execFileSync } from "node:child_process";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Scene } from "../matrix/scene.ts";
import { type Fault, pick } from "./fault.ts";

const WRONG_MS = 5_000;
/** What a worker writes down while it is ahead waits so long for those that are not. */
const OFFSET_MS = 45_000;
const FULL_MS = 7_000;
/** Rule 7: what had passed its gate may still be written so long. */
const GRACE_MS = 5_000;

function clock(name: string, does: string, offsets: readonly number[]): Fault {
  return {
    ...{ name, group: "clocks", does },
    async play({ fleet, random }) {
      const member = pick(fleet.members(), random);
      for (const offsetMs of offsets) {
        member.whim({ offsetMs });
        await pause(WRONG_MS / offsets.length);
      }
      member.whim({ offsetMs: 0 });
      return member.name;
    },
  };
}

/**
 * A worker that starts meanwhile may end, and be started again. One that has its file open goes on writing to a folder that
 * was moved, so only a full disk must stop all purchases, as long as no process was replaced by one without the limit.
 */
async function withoutJournal(scene: Scene, begin: () => void, end: () => void): Promise<number> {
  const { enom, fleet } = scene;
  begin();
  await pause(GRACE_MS);
  const before = enom.asked("PurchaseServices").length;
  await pause(FULL_MS - GRACE_MS);
  const bought = enom.asked("PurchaseServices").length - before;
  end();
  await fleet.untilAtWork(60_000);
  return bought;
}

export const clockFaults: readonly Fault[] = [
  clock("clock-ahead", "the clock of a process is 45 s ahead", [OFFSET_MS]),
  clock("clock-behind", "the clock of a process is 45 s behind", [-OFFSET_MS]),
  clock(
    "clock-steps",
    "the clock of a process is set six times under way",
    [20_000, -20_000, 5_000, -45_000, 30_000, 0],
  ),
];

export const diskFaults: readonly Fault[] = [
  {
    ...{
      name: "journal-full",
      group: "disks",
      does: "the journal's disk is full for every worker, then free",
      needs: "prlimit",
    },
    async play(scene) {
      const { fleet, complaints } = scene;
      const workers = fleet.members("worker");
      const limit = (bytes: string) => () => {
        for (const { pid } of workers) tryToLimit(pid, bytes);
      };
      const endedBefore = fleet.ended();
      const bought = await withoutJournal(scene, limit("1:unlimited"), limit("unlimited:unlimited"));
      if (fleet.ended() > endedBefore) return "workers were replaced meanwhile";
      if (bought > 0) complaints.push(`${bought} purchases were sent while the journal's disk was full.`);
      return undefined;
    },
  },
  {
    ...{ name: "journal-away", group: "disks", does: "the journal's folder is gone, then back" },
    async play(scene) {
      const [here, there] = [join(scene.folder, "journal"), join(scene.folder, "journal-away")];
      const bought = await withoutJournal(
        scene,
        // A file is in its place: what opens a journal there must fail, and not begin an empty one.
        () => {
          renameSync(here, there);
          writeFileSync(here, "");
        },
        () => {
          rmSync(here);
          renameSync(there, here);
        },
      );
      return `${bought} purchases by workers that had their file open`;
    },
  },
];

/** It may have been killed meanwhile. */
function tryToLimit(pid: number, bytes: string): void {
  try {
    execFileSync("prlimit", ["--pid", `${pid}`, `--fsize=${bytes}`], { stdio: "ignore" });
  } catch {}
}
