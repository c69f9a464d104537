// States of accounts and of the fleet, as others hear of them. Where a script of ours makes the state or ends it, that
// script tells it (`lua/told-state.lua`); what nobody writes is seen and told by the watch (`workers/troubles`).
import type { EventType, NewEvent } from "../events/event-types.ts";
import { eventsText } from "../events/write.ts";
import { type NotedTrouble, type TroubleCode, WHOLE_FLEET } from "./trouble-notes.ts";

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

/** The event, as `tell` reads it. Never the state's words: a reason was typed by a person, and a mail server's answer names one. */
export function stateEvent(what: "begins" | "ends", { field, name, since }: ToldState, at: string): string {
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

/** What `beginState` reads. `at`: RFC 3339. `message`: what people are told of it when it is over. */
export function beginsText(
  account: string,
  code: TroubleCode,
  { at, message, since = at }: { at: string; message: string; since?: string },
): string {
  const note: NotedTrouble = { since, seen: at, told: false, message };
  const events = stateEvent("begins", { field: account, name: code, since }, at);
  return JSON.stringify({ name: code, note: JSON.stringify(note), events });
}

/** What `endState` reads, which knows since when it was there. */
export function endsText(account: string, code: TroubleCode, at: string): string {
  return JSON.stringify({ name: code, at, events: stateEvent("ends", { field: account, name: code, since: at }, at) });
}
