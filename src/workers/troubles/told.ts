// What others hear of the states of accounts and of the fleet: told by the script that notes them, so each once.
import { join } from "node:path";
import { type TroubleCode, WHOLE_FLEET } from "../../shared/account/troubles.ts";
import type { EventType, NewEvent } from "../../shared/events/event-types.ts";
import { eventsText } from "../../shared/events/write.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";

const BEGIN = defineScript(join(import.meta.dirname, "lua/begin-trouble.lua"), {
  keys: ["troubles", "stream"],
  args: ["name", "note", "isFirst", "events"],
});
const END = defineScript(join(import.meta.dirname, "lua/end-trouble.lua"), {
  keys: ["troubles", "stream"],
  args: ["name", "events"],
});

/** Two states of an account have names of their own. */
const NAMES: Partial<Record<TroubleCode, { begins: EventType; ends: EventType }>> = {
  "purchases-stopped": { begins: "account.purchases-off", ends: "account.purchases-on" },
  "ledger-frozen": { begins: "account.frozen", ends: "account.thawed" },
};

export interface ToldState {
  /** An account's id, or the whole fleet. */
  field: string;
  /** The code, and behind a space which queue or host. */
  name: string;
  since: string;
}

interface ToldNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "troubles" | "events">;
}

/** `isSilent`: others hear of it when it has lasted (`tellNow`). */
export async function noteFirst(
  state: ToldState,
  { note, now, isSilent }: { note: string; now: string; isSilent: boolean },
  needs: ToldNeeds,
): Promise<void> {
  await begin(state, { note, isFirst: 1, events: isSilent ? "" : textOf("begins", state, now) }, needs);
}

/** Of a state that was noted in silence. */
export async function tellNow(
  state: ToldState,
  { note, now }: { note: string; now: string },
  needs: ToldNeeds,
): Promise<void> {
  await begin(state, { note, isFirst: "", events: textOf("begins", state, now) }, needs);
}

/** `wasTold`: others heard that it began. */
export async function noteEnd(
  state: ToldState,
  { now, wasTold }: { now: string; wasTold: boolean },
  { redis, keys }: ToldNeeds,
): Promise<void> {
  await runScript(redis, END, {
    keys: { troubles: keys.troubles(state.field), stream: keys.events },
    args: { name: state.name, events: wasTold ? textOf("ends", state, now) : "" },
  });
}

async function begin(
  { field, name }: ToldState,
  args: { note: string; isFirst: 1 | ""; events: string },
  { redis, keys }: ToldNeeds,
): Promise<void> {
  await runScript(redis, BEGIN, {
    keys: { troubles: keys.troubles(field), stream: keys.events },
    args: { name, ...args },
  });
}

/** Never its words: a reason was typed by a person, and a mail server's answer names one. */
function textOf(what: "begins" | "ends", { field, name, since }: ToldState, at: string): string {
  const [code = name, ...rest] = name.split(" ");
  const data = { code, about: rest.join(" ") || null, since };
  const event: NewEvent =
    field === WHOLE_FLEET
      ? { type: what === "begins" ? "fleet.trouble" : "fleet.trouble-cleared", at, subject: "fleet", data }
      : {
          ...{ at, subject: `account/${field}`, data: { account: field, ...data } },
          type:
            NAMES[code as TroubleCode]?.[what] ?? (what === "begins" ? "account.trouble" : "account.trouble-cleared"),
        };
  return eventsText([event]);
}
