// The mail server gets so many mails a second and not more, from all workers together. What was taken out of the queue in its
// order goes in that order, since each worker has few mails in hand.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RedisClient } from "../../shared/redis/client.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import { type Smtp, openSmtp as smtpWithoutPace } from "./smtp.ts";

const PACE = defineScript(join(import.meta.dirname, "lua/pace.lua"), { keys: ["rate"], args: ["most"] });

export interface PaceNeeds {
  redis: RedisClient;
  keys: { mailRate: string };
  perSecond: number;
}

/** As in smtp.ts; a mail waits for its second before it is handed over. A crash behind that leaves a place unused. */
export function openSmtp(server: Parameters<typeof smtpWithoutPace>[0], needs: PaceNeeds): Smtp {
  const smtp = smtpWithoutPace(server);
  return {
    ...smtp,
    async deliver(mail, signal) {
      await turn(needs);
      return smtp.deliver(mail, signal);
    },
  };
}

/** @throws what Redis throws */
async function turn({ redis, keys, perSecond }: PaceNeeds): Promise<void> {
  for (;;) {
    const ms = Number(await runScript(redis, PACE, { keys: { rate: keys.mailRate }, args: { most: perSecond } }));
    if (ms === 0) return;
    await pause(ms);
  }
}
