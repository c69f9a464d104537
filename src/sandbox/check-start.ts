// What is wrong with the settings of `npm start`, all at once and before anything is started.
import { z } from "zod";
import { must } from "../shared/base/fault.ts";
import { badSettings, checkTogether, readSettings, settingsAsGiven } from "../shared/base/read-settings.ts";
import {
  commonSettings,
  gatewaySettings,
  mailSettings,
  orderSettings,
  workerSettings,
} from "../shared/config/settings.ts";

interface Start {
  live: boolean;
  env: NodeJS.ProcessEnv;
  /** Where the money journal lies unless it is set. */
  journal: string;
  /** What gateway and workers would complain about. */
  settingProblems?: ((env: NodeJS.ProcessEnv) => Promise<string[]>) | undefined;
}

/**
 * Everything that the parts will read, before any of them starts. The sandbox sets nearly all itself.
 * @throws Error that lists every setting that is missing or wrong
 */
export async function checkStart({ live, env, journal, settingProblems = async () => [] }: Start): Promise<void> {
  if (!live) {
    const { LOG_LEVEL } = commonSettings;
    const { CERTFLEET_POLL_SECONDS, CERTFLEET_SETTLE_SECONDS, CERTFLEET_REBUY_BUDGET } = orderSettings;
    const { CERTFLEET_VALIDATION_DAYS, CERTFLEET_PROOF_LOOKUP } = orderSettings;
    const pace = { CERTFLEET_POLL_SECONDS, CERTFLEET_SETTLE_SECONDS, CERTFLEET_VALIDATION_DAYS };
    const { PORT, CERTFLEET_BOARD, CERTFLEET_LIMITS } = gatewaySettings;
    const { CERTFLEET_SESSION_IDLE_SECONDS, CERTFLEET_SESSION_SECONDS } = gatewaySettings;
    const { CERTFLEET_KEEP_ENDED_DAYS } = orderSettings;
    const { CERTFLEET_KEEP_JOBS_DAYS } = workerSettings;
    const { CERTFLEET_KEEP_MAILS_DAYS } = mailSettings;
    const people = { CERTFLEET_BOARD, CERTFLEET_LIMITS, CERTFLEET_SESSION_IDLE_SECONDS, CERTFLEET_SESSION_SECONDS };
    const kept = { CERTFLEET_KEEP_ENDED_DAYS, CERTFLEET_KEEP_JOBS_DAYS, CERTFLEET_KEEP_MAILS_DAYS };
    const work = { ...pace, CERTFLEET_REBUY_BUDGET, CERTFLEET_PROOF_LOOKUP };
    readSettings({ LOG_LEVEL, PORT, ...work, ...people, ...kept }, env);
    return;
  }
  // Redis is started where none is named; that it is there is seen then.
  const { REDIS_URL = "redis://127.0.0.1:6379" } = settingsAsGiven({ REDIS_URL: z.string().optional() }, env);
  const own = { CERTFLEET_JOURNAL: journal, ...env, REDIS_URL, REDIS_URL_FILE: undefined };
  const login = { ENOM_PASSWORD: z.string(must("must be the login's API token")) };
  const beside = await settingProblems(own);
  checkTogether(
    () => readSettings(login, env),
    () => readSettings(mailSettings, env),
    () =>
      beside.length > 0 && raise(badSettings(beside.filter((each) => !each.startsWith("ENOM_PASSWORD is missing")))),
  );
}

function raise(error: Error): never {
  throw error;
}
