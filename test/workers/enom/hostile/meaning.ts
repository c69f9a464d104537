// What an answer means to the client: for a question, for an effect that costs nothing, for a purchase.
import type { Enom } from "../../../../src/workers/enom/commands/commands.ts";
import type { WirePlay } from "./wire.ts";

/** `or` where the wire decides. */
export type Meaning = readonly [question: string, effect: string, purchase: string];

export interface Row {
  name: string;
  /** A text is a document that is sent without any fault. */
  play: WirePlay | string;
  means: Meaning;
  /** The play begins without waiting for the request. */
  early?: true;
  /** It will not end by itself. */
  endless?: true;
  /** The client is told to speak TLS, or to go where nobody listens. */
  where?: "tls" | "nowhere";
  /** One command's own question, where the meaning lies in a value. Nothing else is tried then. */
  ask?: (enom: Enom) => Promise<unknown>;
  gives?: unknown;
}

export const YES: Meaning = ["answer", "done", "bought 900123 500000123"];
export const ORDERED: Meaning = ["answer", "done", "ordered 500000123"];
/** Well said, but not what was bought. */
export const VAGUE: Meaning = ["answer", "done", "unknown"];
export const LOST: Meaning = ["unavailable", "uncertain", "unknown"];
export const NOT_SENT: Meaning = ["unavailable", "unavailable", "not-sent"];
/** Nobody can say beforehand whether the request was on its way. */
export const RACE: Meaning = ["unavailable", "unavailable or uncertain", "not-sent or unknown"];

export const LOGIN = "refused enom-login-refused";
export const ADDRESS = "refused enom-address-not-permitted";
export const FUNDS = "refused no-account-with-funds";
export const NO = "refused enom-refused";
/** eNom's no, by what it costs to believe it: a purchase takes it only from the reviewed list. */
export const harmless = (refused: string): Meaning => [refused, refused, refused.replace("refused", "rejected")];
export const doubtful = (refused: string): Meaning => [refused, refused, "unknown"];
export const UNCLEAR: Meaning = [NO, "uncertain", "unknown"];

export type Rows = Record<string, [play: WirePlay | string, means: Meaning]>;
