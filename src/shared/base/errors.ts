// The three errors of the fleet, named by what to do next: stop, ask again, fetch a person.
import type { RefusalCode, UnavailabilityCode } from "./codes.ts";

/** The other side said no. The same question would get the same answer, so nobody asks it again. */
export class Refused extends Error {
  override name = "Refused";
  /** What kind of no it was; undefined where it was nothing special. */
  readonly code: RefusalCode | undefined;
  /** The command of a question that changes nothing: who may not ask it today may tomorrow, if somebody allows it. */
  readonly question: string | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { code?: RefusalCode | undefined; question?: string | undefined } = {},
  ) {
    super(message, options);
    this.code = options.code;
    this.question = options.question;
  }
}

/** Nobody said no: no connection, no answer to a question. Asking again is right. */
export class Unavailable extends Error {
  override name = "Unavailable";
  /** Seconds the other side asked us to wait, if it did. */
  readonly retryAfterSeconds: number | undefined;
  readonly code: UnavailabilityCode | undefined;
  /** The other side did respond, with what nobody could use: a page of a list that contradicts itself, a broken document. */
  readonly answered: boolean;

  constructor(
    message: string,
    options: ErrorOptions & {
      retryAfterSeconds?: number | undefined;
      code?: UnavailabilityCode | undefined;
      answered?: boolean | undefined;
    } = {},
  ) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.code = options.code;
    this.answered = options.answered ?? false;
  }
}

/** Something may have happened and we cannot tell. A person (or evidence) decides before anything is done again. */
export class Uncertain extends Error {
  override name = "Uncertain";
}
