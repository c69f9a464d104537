// What a client to eNom is made with: the login, its limits, and who hears of what it does.
import type { Learned } from "../../shared/enom/switches.ts";
import type { Traffic } from "./traffic/traffic.ts";
import type { TellNotUnderstood } from "./wire/answer-not-understood.ts";
import type { Way } from "./wire/connector.ts";
import type { RecordInteraction } from "./wire/interaction-log.ts";
import type { Posted } from "./wire/post-once.ts";

export interface EnomAccess extends Way {
  /** The account's id in this fleet. */
  account: string;
  apiUrl: string;
  username: string;
  password: string;
  /** What this account's eNom means by texts that nobody else knows. */
  errors?: readonly Learned[];
}

export interface EnomLimits {
  connectMs: number;
  /** The whole of a read, and of a write or purchase, from the first byte sent to the last byte read. */
  readMs: number;
  writeMs: number;
  /** The longest time between asking the purchase's gate and writing the request. */
  gateMs: number;
  maxBytes: number;
}

export const DEFAULTS: EnomLimits = {
  connectMs: 10_000,
  readMs: 60_000,
  writeMs: 120_000,
  gateMs: 5_000,
  maxBytes: 2_000_000,
};

export type CommandParameters = Readonly<Record<string, string>>;

export interface EnomNeeds {
  record: RecordInteraction;
  traffic?: Traffic;
  limits?: Partial<EnomLimits>;
  /** Asked before each command that names a certificate (`ledger/bind.ts`); what it throws is thrown, and nothing is sent. */
  mayNameCertificates?: () => Promise<void>;
  /** The same before each command that changes something; of a purchase what it throws is `not-sent`. */
  mayChange?: () => Promise<void>;
  /** Hears of each answer that was not understood, masked. Never waited for; what it throws is lost. */
  tellNotUnderstood?: TellNotUnderstood;
  /** Is handed each answer as it came, secrets and all (`workers/probe`): before it is judged. What it throws is lost. */
  hear?: (heard: Heard) => void;
  /** Answers in eNom's place: nothing is sent to anybody (`workers/probe` reads recorded answers). */
  answerInstead?: (form: string) => Promise<Posted>;
}

/** One exchange: what was asked, without the login, and what came of it. */
export interface Heard {
  command: string;
  parameters: CommandParameters;
  posted: Posted;
  ms: number;
}

/** Nothing that is only told may change what was done. */
export function hear({ hear: told }: Pick<EnomNeeds, "hear">, heard: Heard): void {
  try {
    told?.(heard);
  } catch {
    // Whoever listens is no part of the exchange.
  }
}
