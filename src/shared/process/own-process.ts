// This process, as it tells of itself: to the fleet by its signs of life, and to whoever asks its health port.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Lifecycle } from "../base/lifecycle.ts";
import type { AboutProcess } from "./processes.ts";
import { version } from "./version.ts";

/** A part that runs in this process, `gateway` or the name of a queue. */
export interface LivePart {
  name: string;
  /** Why it will not do its work again by itself, in words; null: it lives. Asks nobody. */
  whyDead?: () => string | null;
  /** Why it cannot take work now, in words; null: it can. */
  whyNotReady: () => Promise<string | null>;
}

export interface OwnProcess {
  id: string;
  /** Ends it in order, with a failure. */
  end(): void;
  /** To be called when the part works. */
  add(part: LivePart): void;
  /** `parts`: those that run and live. */
  about(): AboutProcess;
  /** Why it should be started again, in words; null: it is alive. */
  whyDead(): string | null;
  /** Why it cannot take work, in words; null: it can. */
  whyNotReady(): Promise<string | null>;
}

/**
 * @param expected the parts that it is to have: until all of them run it is not ready
 * @param end how it ends when it must not go on; without it, it only stops
 */
export function ownProcess(
  expected: readonly string[],
  life: Pick<Lifecycle, "isStopping" | "stop">,
  end: () => void = () => void life.stop(),
): OwnProcess {
  const id = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const startedAt = new Date().toISOString();
  const parts: LivePart[] = [];
  const deathOf = ({ whyDead }: LivePart): string | null => whyDead?.() ?? null;
  return {
    id,
    end,
    add: (part) => void parts.push(part),
    about: () => ({
      ...{ host: hostname(), pid: process.pid, version, startedAt },
      parts: parts.filter((part) => deathOf(part) === null).map(({ name }) => name),
      ownTime: Date.now(),
    }),
    whyDead: () => parts.map(deathOf).find((why) => why !== null) ?? null,
    async whyNotReady() {
      if (life.isStopping) return "it is stopping and takes no more work";
      const missing = expected.filter((name) => parts.every((part) => part.name !== name));
      if (missing.length > 0) return `it is starting: ${missing.join(", ")} not yet; mostly Redis is waited for`;
      for (const part of parts) {
        const why = deathOf(part) ?? (await part.whyNotReady());
        if (why !== null) return `${part.name}: ${why}`;
      }
      return null;
    },
  };
}
