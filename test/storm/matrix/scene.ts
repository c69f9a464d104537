// Where the matrix is played: the stage of every storm (Redis, eNom, a folder), with a mailbox, lines that can be bent, a whole
// fleet of processes, and customers.
import { resolve } from "node:path";
import { type MailCatcher, startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";
import type { Lifecycle } from "../../../src/shared/base/lifecycle.ts";
import type { Random } from "../seeded.ts";
import { buildStage, type Stage } from "../stage.ts";
import { type Customers, customersOf } from "./customers.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { type Line, openLine } from "./line.ts";
import { openReceiver, type Receiver } from "./receiver.ts";

const API_KEY = "a-key-of-the-storm-0123456789";

export interface Scene extends Stage {
  mail: MailCatcher;
  /** To eNom, to the mail server. */
  lines: { enom: Line; smtp: Line };
  fleet: Fleet;
  customers: Customers;
  settleMs: number;
  random: Random;
  /** CertIDs that people bought at eNom. */
  boughtByPeople: Set<number>;
  /** Those of them that another fleet bought, with the name that it set each up for. */
  ofOthers: Map<number, string | undefined>;
  /** Of the fleet's webhooks. */
  receiver: Receiver;
  /** How often Redis lost what it knew, or was cut off in the middle. */
  losses: number;
  /** What the fleet did that a fault must not lead to, a sentence each. */
  complaints: string[];
}

export interface Cast {
  gateways: number;
  workers: number;
  settleSeconds: number;
  random: Random;
}

/** Everything that is started is added to `life`, which ends it. */
export async function buildScene(folder: string, cast: Cast, life: Lifecycle): Promise<Scene> {
  const { gateways, workers, settleSeconds, random } = cast;
  let enomLine: Line | undefined;
  const through = async (url: string): Promise<string> => {
    enomLine = await openLine(Number(new URL(url).port));
    return url.replace(/:\d+\//, `:${enomLine.port}/`);
  };
  const stage = await buildStage(folder, { settleSeconds, random, through }, life);
  if (!enomLine) throw new Error("no line to eNom");
  stage.enom.settings.losses = null; // what gets lost is a fault of its own
  const mail = await startMailCatcher({ keep: 10_000 });
  life.add("mail", () => mail.close());
  const smtp = await openLine(Number(new URL(mail.smtpUrl).port));
  const lines = { enom: enomLine, smtp };
  life.add("lines", () => Promise.all([lines.enom.close(), smtp.close()]));
  const env = {
    ...stage.env,
    CERTFLEET_CONFIG: resolve(stage.env.CERTFLEET_CONFIG ?? ""),
    CERTFLEET_API_KEY: API_KEY,
    CERTFLEET_LIMITS: "off",
    HOST: "127.0.0.1",
    SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    MAIL_FROM: "Certfleet <certificates@provider.example>",
    CERTFLEET_MAILS_PER_SECOND: "1000",
  };
  const receiver = await openReceiver();
  life.add("receiver", () => receiver.close());
  await receiver.look(stage);
  const fleet = await startFleet({ gateways, workers, env, folder });
  life.add("fleet", () => fleet.dismiss());
  return {
    ...stage,
    ...{ env, mail, lines, fleet, random },
    customers: customersOf(fleet.gatewayUrls, API_KEY),
    settleMs: settleSeconds * 1_000,
    boughtByPeople: new Set(),
    ofOthers: new Map(),
    receiver,
    losses: 0,
    complaints: [],
  };
}
