// Keeps what a connection check came to, and tells the state of the account that it begins or ends.
import { join } from "node:path";
import type { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";
import type { connectionCheck } from "./connection-check.ts";
import { beginsText, endsText } from "./told-states.ts";
import { checkCodes, checkText, codeOfCheck } from "./trouble-notes.ts";

const KEEP_CHECK = defineScript(join(import.meta.dirname, "lua/keep-check.lua"), {
  keys: ["account", "troubles", "stream"],
  args: ["check", "begins", "ends"],
});

export async function keepCheck(
  { redis, keys }: { redis: RedisClient; keys: Pick<Keys, "account" | "troubles" | "events"> },
  account: string,
  result: z.input<typeof connectionCheck>,
): Promise<void> {
  const { at, message } = result;
  const code = result.ok ? undefined : codeOfCheck(result);
  // eNom's being away may flap: the watch says when that is over.
  const over = checkCodes.filter((each) => each !== "enom-unavailable" && each !== code);
  await runScript(redis, KEEP_CHECK, {
    keys: { account: keys.account(account), troubles: keys.troubles(account), stream: keys.events },
    args: {
      check: JSON.stringify(result),
      begins: code ? beginsText(account, code, { at, message: checkText(message) }) : "",
      ends: JSON.stringify(over.map((each) => endsText(account, each, at))),
    },
  });
}
