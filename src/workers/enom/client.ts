// Three ways to talk to eNom: ask what may be asked again, act without money, spend once. It never retries: the queue
// does.

import { currentOrder } from "../../shared/base/current-order.ts";
import { Refused, Unavailable, Uncertain } from "../../shared/base/errors.ts";
import { inSpan } from "../../shared/base/tracing/current.ts";
import { timeEnomRequest } from "../../shared/metrics/counts.ts";
import { whileWaiting } from "../slots/slots.ts";
import {
  type CommandParameters,
  DEFAULTS,
  type EnomAccess,
  type EnomLimits,
  type EnomNeeds,
  type Heard,
  hear,
} from "./client-needs.ts";
import { type Permit, unlimitedTraffic } from "./traffic/traffic.ts";
import { notUnderstoodBody, notUnderstoodTeller } from "./wire/answer-not-understood.ts";
import { checkedApiUrl } from "./wire/api-url.ts";
import { type Rejection, type Reply, type Report, readAnswer, type Verdict } from "./wire/envelope.ts";
import type { Interaction } from "./wire/interaction-log.ts";
import { maskParameters, textMasker } from "./wire/masking.ts";
import { maskedXml } from "./wire/not-understood.ts";
import { type NotSent, type Posted, postOnce } from "./wire/post-once.ts";
import { type PurchaseOutcome, purchaseOutcome } from "./wire/purchase-outcome.ts";
import { saidBy } from "./wire/said.ts";
import { openTransport } from "./wire/transport.ts";
import { failureOf, type Trouble, troubleOf } from "./wire/trouble.ts";

export type { EnomAccess, EnomLimits, EnomNeeds, Heard };

export interface EnomClient {
  /**
   * A question without effect.
   * @throws Unavailable no whole answer, maintenance, or trouble inside eNom
   * @throws Refused     eNom said no; `code` says what kind of no
   */
  ask(command: string, parameters?: CommandParameters): Promise<Reply>;
  /**
   * An effect that costs nothing, on a connection of its own.
   * @throws Unavailable surely not one byte was sent
   * @throws Refused     eNom said a clear no
   * @throws Uncertain   anything else: it may have been done
   */
  act(command: string, parameters: CommandParameters): Promise<Reply>;
  /**
   * The one that costs money: grep for `spend(` to see where. `gate` is asked once, on the open connection, directly
   * before the only write; when it throws nothing is sent. Never throws: every end is an outcome.
   */
  spend(command: string, parameters: CommandParameters, gate: () => Promise<void>): Promise<PurchaseOutcome>;
  /**
   * For who wants to know why it does not go: a question without effect, past the breaker. Nothing when it went well.
   * The detail may be shown. Never throws.
   */
  examine(command: string): Promise<Trouble | undefined>;
  /** Waits for questions under way and closes idle connections. */
  close(): Promise<void>;
}

/** @throws Error when the API URL is not one that secrets may be sent to. */
export function enomClient(access: EnomAccess, needs: EnomNeeds): EnomClient {
  const { ca, proxy, tlsMinimum, apiUrl, errors } = access;
  const target = { url: checkedApiUrl(apiUrl, access.account), ca, proxy, tlsMinimum };
  const { connectMs, readMs, writeMs, gateMs, maxBytes } = { ...DEFAULTS, ...needs.limits };
  const { traffic = unlimitedTraffic } = needs;
  let closing = false;
  const { answerInstead } = needs;
  const sent = openTransport(target, { connectMs, totalMs: readMs, maxBytes });
  const reads = answerInstead ? { post: answerInstead, close: sent.close } : sent;
  const mask = textMasker([access.username, access.password]);
  const describe = ({ texts }: Rejection): string => mask(texts.join("; ")) || "eNom gave no reason";
  const tell = notUnderstoodTeller(needs.tellNotUnderstood, mask);
  const write = (gate: () => Promise<void>) => (form: string) =>
    answerInstead
      ? answerInstead(form)
      : postOnce(target, form, { connectMs, totalMs: writeMs, maxBytes, gateMs, gate });
  const writeAtOnce = write(async () => {});

  /** Sends one command and judges the answer; the caller decides what that means and notes it. */
  const exchange = async (
    pass: Permit,
    asked: Question,
    send: (form: string) => Promise<Posted>,
  ): Promise<Exchange> => {
    const { command, parameters } = asked;
    const started = performance.now();
    const attributes = { "certfleet.account": access.account, "certfleet.command": command };
    const posted = await whileWaiting(access.account, () =>
      inSpan({ name: `enom ${command}`, attributes, isToStranger: true }, () =>
        send(formOf(access, command, parameters)),
      ),
    );
    hear(needs, { command, parameters, posted, ms: performance.now() - started });
    const verdict = verdictOf(command, posted, errors);
    const body = notUnderstoodBody(posted, verdict);
    if (body) tell({ asked, ...body });
    const trouble = troubleOf(posted, verdict);
    const isNews = trouble !== undefined || verdict.kind !== "not-sent";
    if (isNews && !closing) await pass.ended(trouble); // what we cut ourselves says nothing of eNom
    const note = (outcome: Interaction["outcome"], error?: string): void => {
      const about = { account: access.account, reference: currentOrder(), command };
      try {
        const errors = error === undefined ? [] : [mask(error)];
        const asked = { ...about, parameters: maskParameters(parameters), ms: performance.now() - started };
        timeEnomRequest(asked, outcome);
        const said = saidOf(verdict, mask);
        needs.record({ ...asked, outcome, said, trackingKey: trackingKeyOf(verdict), errors });
      } catch {
        // A recorder that fails must not turn a purchase that was made into an exception.
      }
    };
    return { asked, command, verdict, trouble, note };
  };

  const settled = ({ asked, command, verdict, note }: Exchange, Lost: typeof Unavailable | typeof Uncertain) => {
    if (verdict.kind === "success") {
      note("ok");
      const { trackingKey } = verdict.reply;
      const report: Report = ({ faults, element }) => tell({ asked, faults, trackingKey, text: maskedXml(element) });
      return { ...verdict.reply, certId: asked.parameters.CertID, report };
    }
    const failure = failureOf(verdict, { command, Lost, describe });
    note(verdict.kind === "not-sent" ? "not-sent" : outcomeOf(failure), failure.message);
    return failure;
  };
  const replyOf = (exchanged: Exchange, Lost: typeof Unavailable | typeof Uncertain): Reply => {
    const end = settled(exchanged, Lost);
    if (end instanceof Error) throw end;
    return end;
  };

  /** The one place that decides whether a CertID leaves for this login. `spend` names none: it takes no CertID. */
  const mayLeave = async (parameters: CommandParameters): Promise<void> => {
    const names = Object.keys(parameters).some((name) => name.toLowerCase() === "certid");
    if (names) await needs.mayNameCertificates?.();
  };

  return {
    async ask(command, parameters = {}) {
      await mayLeave(parameters);
      const pass = await traffic.enter("work");
      return replyOf(await exchange(pass, { command, parameters }, reads.post), Unavailable);
    },
    async act(command, parameters) {
      await mayLeave(parameters);
      await needs.mayChange?.();
      const pass = await traffic.enter("work");
      return replyOf(await exchange(pass, { command, parameters }, writeAtOnce), Uncertain);
    },
    async spend(command, parameters, gate) {
      const forbidden = await needs.mayChange?.().catch(asError);
      const pass = forbidden ?? (await traffic.enter("purchase").catch(asError)); // never waits behind the gate
      if (pass instanceof Error) return { kind: "not-sent", error: pass };
      const { verdict, note } = await exchange(pass, { command, parameters }, write(gate));
      const outcome = verdict.kind === "not-sent" ? verdict : purchaseOutcome(verdict, describe);
      if (outcome.kind === "unknown") note("unknown", outcome.reason);
      else if (outcome.kind === "not-sent") note("not-sent", outcome.error.message);
      else if (outcome.kind === "rejected") note("refused", outcome.text);
      else note("ok");
      return outcome;
    },
    async examine(command) {
      const pass = await traffic.enter("check").catch(asError);
      if (pass instanceof Error) return { cause: "budget-used-up", detail: pass.message };
      const exchanged = await exchange(pass, { command, parameters: {} }, reads.post);
      settled(exchanged, Unavailable);
      return exchanged.trouble && { ...exchanged.trouble, detail: mask(exchanged.trouble.detail) };
    },
    close() {
      closing = true;
      return reads.close();
    },
  };
}

interface Question {
  command: string;
  parameters: CommandParameters;
}

interface Exchange {
  asked: Question;
  command: string;
  verdict: Verdict | NotSent;
  trouble: Trouble | undefined;
  note: (outcome: Interaction["outcome"], error?: string) => void;
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error("nothing was let out"));

/** Our own fields last: no parameter may replace the login. Without `ResponseType` eNom answers in plain text. */
function formOf({ username, password }: EnomAccess, command: string, parameters: CommandParameters): string {
  return new URLSearchParams({
    ...parameters,
    UID: username,
    PW: password,
    Command: command,
    ResponseType: "XML",
  }).toString();
}

function verdictOf(command: string, posted: Posted, errors: EnomAccess["errors"]): Verdict | NotSent {
  if (posted.kind === "answer") return readAnswer(command, posted.answer, errors);
  return posted.kind === "lost" ? { kind: "unreadable", reason: posted.reason } : posted;
}

function trackingKeyOf(verdict: Verdict | NotSent): string | null {
  if (verdict.kind === "success") return verdict.reply.trackingKey;
  return verdict.kind === "rejected" ? verdict.rejection.trackingKey : null;
}

/** Of a whole answer; what eNom says to a no stands among the errors. */
function saidOf(verdict: Verdict | NotSent, mask: (text: string) => string): Record<string, string> {
  if (verdict.kind !== "success") return {};
  return Object.fromEntries(Object.entries(saidBy(verdict.reply.root)).map(([name, text]) => [name, mask(text)]));
}

function outcomeOf(failure: Error): Interaction["outcome"] {
  if (failure instanceof Refused) return "refused";
  return failure instanceof Unavailable ? "unavailable" : "uncertain";
}
