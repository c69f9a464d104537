// The readable log of what was asked of eNom and how it ended, in the form that operators of BILLmanager know.
import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "../../../shared/base/clock.ts";

/** One exchange with eNom. Everything in it is already masked; bodies are never part of it. */
export interface Interaction {
  account: string;
  /** The order that it was done for; null where it concerns none, or many. */
  reference: string | null;
  command: string;
  parameters: Record<string, string>;
  /** From the question to the end of the answer. */
  ms: number;
  outcome: "ok" | "refused" | "unavailable" | "uncertain" | "not-sent" | "unknown";
  /** What eNom answered: ids, status, amounts (`said.ts`). */
  said: Record<string, string>;
  trackingKey: string | null;
  errors: string[];
}

export type RecordInteraction = (entry: Interaction) => void;

export interface InteractionLog {
  /** Queues one line. Never throws and is never waited for: no log may stand between a purchase and its record. */
  record: RecordInteraction;
  /** Resolves when every line queued so far is written or dropped. */
  close(): Promise<void>;
}

/**
 * Appends a line an exchange to the file `path`, whose folder is made; `-` is standard error. The file is opened for
 * each writing, so it may be rotated at any time; lines that come meanwhile are written together. `onTrouble` hears once of each spell in which lines cannot be written.
 */
export function openInteractionLog(
  path: string,
  clock: Clock,
  onTrouble: (error: Error) => void = () => {},
): InteractionLog {
  let written = Promise.resolve();
  let troubled = false;
  /** They go with those that are written next: a file is not opened for each of many calls at once. */
  let waiting = "";
  const append = async (): Promise<void> => {
    const lines = waiting;
    waiting = "";
    if (lines === "") return;
    try {
      await appendTo(path, lines);
      troubled = false;
    } catch (error) {
      if (!troubled) onTrouble(error instanceof Error ? error : new Error("the interaction log cannot be written"));
      troubled = true;
    }
  };
  return {
    record(entry) {
      const line = `${interactionLine(entry, clock.now())}\n`;
      if (path === "-") process.stderr.write(line);
      else {
        waiting += line;
        written = written.then(append);
      }
    },
    close: () => written,
  };
}

/** Makes the folder where it is not there. */
async function appendTo(path: string, lines: string): Promise<void> {
  const options = { mode: 0o640 };
  try {
    await appendFile(path, lines, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, lines, options);
  }
}

const LEVELS = {
  ok: "INFO",
  refused: "WARNING",
  unavailable: "WARNING",
  "not-sent": "WARNING",
  uncertain: "ERROR",
  unknown: "ERROR",
} satisfies Record<Interaction["outcome"], string>;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * `Nov 22 10:15:07 [4121:1] enom INFO GETBALANCE account=main reference=bill-1 -> ok 143 ms AvailableBalance=90.05
 * tracking=…`: local time, process and thread.
 */
function interactionLine(entry: Interaction, at: Date): string {
  const day = `${MONTHS[at.getMonth()]} ${String(at.getDate()).padStart(2)}`;
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
  const whose = { account: entry.account, ...(entry.reference !== null && { reference: entry.reference }) };
  const asked = words({ ...whose, ...entry.parameters });
  const said = words(entry.said)
    .map((each) => ` ${each}`)
    .join("");
  const tracking = entry.trackingKey === null ? "" : ` tracking=${word(entry.trackingKey)}`;
  const errors = entry.errors.length === 0 ? "" : ` errors=${JSON.stringify(entry.errors.join("; "))}`;
  const what = `${entry.command.toUpperCase()} ${asked.join(" ")} -> ${entry.outcome} ${Math.round(entry.ms)} ms${said}`;
  return `${day} ${time} [${process.pid}:1] enom ${LEVELS[entry.outcome]} ${what}${tracking}${errors}`;
}

function words(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${word(value)}`);
}

function word(value: string): string {
  return /^[\w.:@+*/,-]+$/.test(value) ? value : JSON.stringify(value);
}
