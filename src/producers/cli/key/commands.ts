// Registers `certfleet key`. A verb is loaded when it is called, so that the help is quick.
import { type Command, InvalidArgumentError } from "commander";
import type { Facts } from "../../../shared/authority/audit/entry.ts";
import {
  type Read,
  readExpiry,
  readNetwork,
  readRate,
  readScopes,
  readSpan,
} from "../../../shared/authority/keys/forms.ts";
import type { Rate } from "../../../shared/authority/keys/key.ts";
import { defaultScopes, type Scope } from "../../../shared/authority/scopes.ts";
import { type Money, money } from "../../../shared/base/money.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb, watchable } from "../verbs.ts";
import type { KeysAfar } from "./afar.ts";
import type { KeyRoom } from "./room.ts";

interface Given extends Json {
  name: string;
  scope?: Scope[];
  expires?: string;
  from?: string[];
  rate?: Rate;
  ordersPerDay?: number;
  moneyPerDay?: Money;
}

export function registerKeyCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const key = program.command("key").description("make, list, renew and end the keys of the HTTP API");

  const make = (usage: string, about: Parameters<typeof resultVerb>[2]) => fromAfar(resultVerb(key, usage, about));

  make("create", {
    does: "make an API key; its secret is shown once",
    example:
      'key create --name shop --from 192.0.2.0/24 --money-per-day "200.00"\nkey create --name probe --scope metrics:read --expires 90d',
  })
    .requiredOption("--name <name>", "the name of the key in logs, timelines and the audit trail", name)
    .option("--scope <scope>", `what it may do, repeated or with commas; without it ${defaultScopes}`, scopes)
    .option("--expires <time>", "a date, a time, or days from now such as 90d; from then on it is refused", expiry)
    .option("--from <network>", "an address or network (CIDR) that may use it, repeated or with commas", networks)
    .option("--rate <requests>", "requests by time such as 20/s or 600/m; without it 100/s, 1,000 at once", rate)
    .option("--orders-per-day <count>", "how many orders it may place in any 24 hours", count)
    .option("--money-per-day <amount>", "how much what it orders in any 24 hours may cost, in all years", amount)
    .action((given: Given) =>
      run(given, {
        near: async (room) => {
          const { id, terms } = termsOf(given);
          const [{ shownTerms }, { madeResult }] = await Promise.all([import("./shown.ts"), import("./said.ts")]);
          const what = { verb: "create", id, after: { ...shownTerms(terms) } };
          return asked(room, what, async () => said(await (await verbs()).create({ id, terms }, room), madeResult));
        },
        afar: (keys) => keys.create(termsOf(given)),
      }),
    );

  fromAfar(
    watchable(
      listVerb(key, "list", {
        does: "list the API keys: what each may do, how much of its quota is used, when it was used last",
        example: "key list\nkey list -o csv",
      }),
    ),
  )
    .option("--all", "those that were revoked, too")
    .action((given: Json & { all?: boolean }) =>
      run(given, {
        near: async (room) => {
          const { findKeys, keysResult } = await import("./list.ts");
          return keysResult(await findKeys(given, room));
        },
        afar: (keys) => keys.list(given),
      }),
    );

  make("revoke <name>", {
    does: "end an API key at once",
    example: "key revoke shop",
  }).action((id: string, given: Json) =>
    run(given, {
      near: async (room) => {
        const { revokedResult } = await import("./said.ts");
        return asked(room, { verb: "revoke", id, after: {} }, async () =>
          said(await (await verbs()).revoke(id, room), revokedResult),
        );
      },
      afar: (keys) => keys.revoke(id),
    }),
  );

  make("rotate <name>", {
    does: "give an API key a new secret, which is shown once; the old one ends at once, or after --overlap",
    example: "key rotate shop --overlap 24h",
  })
    .option("--overlap <time>", "so long the old secret opens as well, such as 30m, 24h or 7d", span, 0)
    .action((id: string, given: Json & { overlap: number }) =>
      run(given, {
        near: async (room) => {
          const { rotatedResult } = await import("./said.ts");
          return asked(room, { verb: "rotate", id, after: { overlapSeconds: given.overlap / 1_000 } }, async () =>
            said(await (await verbs()).rotate({ id, overlapMs: given.overlap }, room), rotatedResult),
          );
        },
        afar: (keys) => keys.rotate(id, given.overlap),
      }),
    );

  const run = (given: Json, work: Work): Promise<void> =>
    answer(given, async () => {
      const { findGateway } = await import("../target.ts");
      const gateway = await findGateway(context);
      if (!gateway) return (await import("./room.ts")).withKeys(context, work.near);
      const [{ callTo }, { keysAfar }] = await Promise.all([import("../port/http-call.ts"), import("./afar.ts")]);
      return work.afar(keysAfar(callTo(gateway)));
    });
}

interface Work {
  near: (room: KeyRoom) => Promise<Result>;
  afar: (keys: KeysAfar) => Promise<Result>;
}

function said<T extends object>(answer: T | Result, words: (answer: T) => Result): Result {
  return "ending" in answer ? answer : words(answer);
}

const verbs = () => import("./changes.ts");

/** Written to the audit trail before it is done. */
async function asked(
  { redis, keys, by }: KeyRoom,
  { verb, id, after }: { verb: string; id: string; after: Facts },
  work: () => Promise<Result>,
): Promise<Result> {
  const { audited } = await import("../port/audited.ts");
  return audited({ redis, keys, actor: by }, { action: `key.${verb}`, subject: id, after }, work);
}

function termsOf({ name: id, scope = [...defaultScopes], from = [], ...given }: Given) {
  const { expires = null, rate: own = null, ordersPerDay = null, moneyPerDay = null } = given;
  return { id, terms: { scopes: scope, expires, from, rate: own, ordersPerDay, moneyPerDay } };
}

function name(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be 1 to 64 of A-Z a-z 0-9 . _ -, such as shop.");
}

function scopes(text: string, before: Scope[] = []): Scope[] {
  return valueIn(readScopes([...before, text]));
}

function expiry(text: string): string {
  return valueIn(readExpiry(text, new Date()));
}

function networks(text: string, before: string[] = []): string[] {
  return [...new Set([...before, ...text.split(",").map((each) => valueIn(readNetwork(each)))])];
}

function rate(text: string): Rate {
  return valueIn(readRate(text));
}

function span(text: string): number {
  return valueIn(readSpan(text));
}

/** 0 is a quota, too: the key orders nothing. */
function count(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number such as 200.");
}

function amount(text: string): Money {
  if (money.safeParse(text).success && !text.startsWith("-")) return text;
  throw new InvalidArgumentError('It must be an amount such as "50.00", without currency.');
}

/** Throws what commander shows as wrong usage, with the option's name. */
function valueIn<T>(read: Read<T>): T {
  if ("value" in read) return read.value;
  throw new InvalidArgumentError(`It ${read.fault}.`);
}
