// What others hear of the states of accounts and of the fleet: told by the script that notes them, so each once.
import { join } from "node:path";
import { stateEvent, type ToldState } from "../../shared/account/told-states.ts";
import type { NotedTrouble } from "../../shared/account/trouble-notes.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";

const BEGIN = defineScript(join(import.meta.dirname, "lua/begin-trouble.lua"), {
  keys: ["troubles", "stream"],
  args: ["name", "note", "isFirst", "looked", "events"],
});
const SEEN = defineScript(join(import.meta.dirname, "lua/see-trouble.lua"), {
  keys: ["troubles"],
  args: ["name", "seen", "told", "message"],
});
const END = defineScript(join(import.meta.dirname, "lua/end-trouble.lua"), {
  keys: ["troubles", "stream"],
  args: ["name", "events"],
});

interface ToldNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "troubles" | "events">;
}

/** `isSilent`: others hear of it when it has lasted (`tellNow`). `looked`: when it was looked for. */
export async function noteFirst(
  state: ToldState,
  { note, now, looked, isSilent }: { note: string; now: string; looked: string; isSilent: boolean },
  needs: ToldNeeds,
): Promise<void> {
  await begin(state, { note, isFirst: 1, looked, events: isSilent ? "" : stateEvent("begins", state, now) }, needs);
}

/** Of a state that was noted in silence. */
export async function tellNow(
  state: ToldState,
  { note, now }: { note: string; now: string },
  needs: ToldNeeds,
): Promise<void> {
  await begin(state, { note, isFirst: "", looked: "", events: stateEvent("begins", state, now) }, needs);
}

/** It is still there. That it was ended meanwhile stays noted. */
export async function noteSeen(
  { field, name }: ToldState,
  { seen, told, message }: Pick<NotedTrouble, "seen" | "told" | "message">,
  { redis, keys }: ToldNeeds,
): Promise<void> {
  await runScript(redis, SEEN, {
    keys: { troubles: keys.troubles(field) },
    args: { name, seen, told: told ? 1 : "", message },
  });
}

/** `wasTold`: others heard that it began. Who ended it may have told that already. */
export async function noteEnd(
  state: ToldState,
  { now, wasTold }: { now: string; wasTold: boolean },
  { redis, keys }: ToldNeeds,
): Promise<void> {
  await runScript(redis, END, {
    keys: { troubles: keys.troubles(state.field), stream: keys.events },
    args: { name: state.name, events: wasTold ? stateEvent("ends", state, now) : "" },
  });
}

async function begin(
  { field, name }: ToldState,
  args: { note: string; isFirst: 1 | ""; looked: string; events: string },
  { redis, keys }: ToldNeeds,
): Promise<void> {
  await runScript(redis, BEGIN, {
    keys: { troubles: keys.troubles(field), stream: keys.events },
    args: { name, ...args },
  });
}
