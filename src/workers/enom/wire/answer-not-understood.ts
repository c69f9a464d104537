// An answer that was not understood, as it may be kept and shown: no secret, no personal data.
import type { Verdict } from "./envelope.ts";
import type { FieldFault } from "./not-understood.ts";
import { maskedText } from "./not-understood.ts";
import type { NotSent, Posted } from "./post-once.ts";

export interface AnswerNotUnderstood {
  command: string;
  /** That it is about, where it is about one. */
  certId: string | null;
  faults: readonly FieldFault[];
  trackingKey: string | null;
  /** The answer, or the part of it that holds the fault; every value masked that could name somebody. */
  text: string;
}

export type TellNotUnderstood = (answer: AnswerNotUnderstood) => void;

/** What a question was, and what of its answer was not understood. */
interface Told extends Pick<AnswerNotUnderstood, "faults" | "trackingKey" | "text"> {
  asked: { command: string; parameters: Readonly<Record<string, string>> };
}

/** `mask` takes out the login's own secrets, whatever element they stand in. Never throws. */
export function notUnderstoodTeller(tell: TellNotUnderstood | undefined, mask: (text: string) => string) {
  return ({ asked: { command, parameters }, faults, trackingKey, text }: Told): void => {
    try {
      const certId = parameters.CertID ?? /<certid>(\d{1,10})<\/certid>/.exec(text)?.[1] ?? null;
      const shown = text.split("\n").map((line) => `${/^ */.exec(line)?.[0] ?? ""}${mask(line)}`);
      tell?.({ command, certId, faults, trackingKey, text: shown.join("\n") });
    } catch {
      // Nothing that is only told may change what was done.
    }
  };
}

/** What cannot be understood of an answer of status 200 that is no whole document; a page of another status is no answer. */
export function notUnderstoodBody(posted: Posted, verdict: Verdict | NotSent): Omit<Told, "asked"> | undefined {
  if (verdict.kind !== "unreadable" || posted.kind !== "answer" || posted.answer.status !== 200) return undefined;
  const faults = [{ element: "document", form: "", problem: verdict.reason }];
  return { faults, trackingKey: null, text: maskedText(new TextDecoder().decode(posted.answer.body)) };
}
