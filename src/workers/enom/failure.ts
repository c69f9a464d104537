// What the caller of a command is told when no success came: stop, ask again, or look first.
import { Refused, Unavailable, Uncertain } from "../../shared/errors.ts";
import type { Rejection, Verdict } from "./envelope.ts";
import type { NotSent } from "./transport.ts";

type Unsuccessful = Exclude<Verdict, { kind: "success" }> | NotSent;

interface Context {
  command: string;
  /** What a lost answer means here: `Unavailable` for a question, `Uncertain` for an effect. */
  Lost: typeof Unavailable | typeof Uncertain;
  /** Words a rejection so that it may be shown. */
  describe: (rejection: Rejection) => string;
}

/**
 * A rejection that may pass by itself is like a lost answer. One that eNom gives without a clear code ends a question, but
 * after an effect it leaves doubt.
 */
export function failureOf(
  verdict: Unsuccessful,
  { command, Lost, describe }: Context,
): Refused | Unavailable | Uncertain {
  if (verdict.kind === "not-sent") return new Unavailable(`${command}: ${verdict.error.message}`);
  if (verdict.kind === "unreadable") return new Lost(`${command}: ${verdict.reason}`);
  const { kind, code } = verdict.rejection;
  const message = describe(verdict.rejection);
  if (kind === "passing") return new Lost(`${command}: ${message}`);
  if (kind === "unclear" && Lost === Uncertain) return new Uncertain(`${command}: ${message}`);
  return new Refused(message, { code });
}
