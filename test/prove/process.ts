// A process of the fleet, as the model sees it: the real code, with a hand on every word that it says to Redis, the journal and eNom.
import type { Redis } from "ioredis";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import type { OrderNeeds } from "../../src/workers/order/needs.ts";
import { defaultPolicy } from "../support/policy.ts";
import type { Run } from "./run.ts";
import type { Passage } from "./turns.ts";

/** Before its nth word, or behind it: it was said, and nobody hears the answer. */
export interface Death {
  word: number;
  behind: boolean;
}

const DIED = "the process died here";

export function isDeath(error: unknown): boolean {
  return error instanceof Error && error.message === DIED;
}

/** Nobody hears anything of a process that died. */
export function mortal(passage: Passage, death: Death): Passage {
  let words = 0;
  let dead = false;
  return async (word) => {
    words += 1;
    if (!dead && words < death.word) return passage(word);
    if (!dead && death.behind) await passage(word);
    dead = true;
    throw new Error(DIED);
  };
}

/** What a process is handed; each has its own memory of how far the ledger was. */
export function needsOf(run: Run, passage: Passage): OrderNeeds {
  const redis = through<Redis>(run.redis, passage);
  const account = { ...run.account, enom: through(run.account.enom, passage) };
  const ledger = { ...run.needs.ledger, redis, journal: through(run.needs.ledger.journal, passage), seen: new Map() };
  return {
    ...run.needs,
    ledger,
    certificates: certificateStore(redis, run.keys, defaultPolicy),
    enqueue: (queue, data) => passage(() => run.needs.enqueue(queue, data)),
    accounts: {
      all: [account],
      find: (id) => (id === account.entry.id ? account : undefined),
      fitting: () => [account],
    },
  };
}

/** The same thing, each of whose methods is a word. */
function through<T extends object>(target: T, passage: Passage): T {
  return new Proxy(target, {
    get(_target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      if (name === "defineCommand") return value.bind(target); // says nothing to Redis
      return (...args: unknown[]) => passage(async () => Reflect.apply(value, target, args));
    },
  });
}
