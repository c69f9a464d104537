// The fuzzer's judge: what the client makes of a document is held against the second opinion.

import { Refused, Unavailable, Uncertain } from "../../../../src/shared/base/errors.ts";
import type { EnomClient } from "../../../../src/workers/enom/client.ts";
import { enomCommands, type PurchaseOutcome } from "../../../../src/workers/enom/commands/commands.ts";
import { type Rejection, type Reply, readAnswer } from "../../../../src/workers/enom/wire/envelope.ts";
import type { HttpAnswer } from "../../../../src/workers/enom/wire/post-once.ts";
import { purchaseOutcome } from "../../../../src/workers/enom/wire/purchase-outcome.ts";
import { failureOf } from "../../../../src/workers/enom/wire/trouble.ts";
import type { Bent } from "./fuzz.ts";
import { all, type Element, findRoot, isHarmlessRefusal, isRefusal, isSuccess, textOf } from "./oracle.ts";
import { type Agrees, QUESTIONS } from "./questions.ts";

const SLOWEST_MS = 200;

/** How the client took it: an error's name, a purchase's outcome, or `success`. @throws Error what no document may lead to */
export async function judge(bent: Bent): Promise<string> {
  const { command, answer } = bent;
  const complain = (what: string): never => {
    const about = `${command}, ${answer.contentType}, ${answer.body.length} bytes`;
    throw new Error(`${what}\n--- ${about}\n${new TextDecoder().decode(answer.body).slice(0, 6_000)}\n---`);
  };
  const root = findRoot(textOf(answer.body));
  let ms = Number.POSITIVE_INFINITY;
  let end: Ending | undefined;
  // Only what is slow every time is slow: this machine does other things too.
  for (let tries = 0; tries < 4 && ms > SLOWEST_MS; tries++) {
    const begin = performance.now();
    end = await endingOf(bent);
    ms = performance.now() - begin;
  }
  if (!end || ms > SLOWEST_MS) return complain(`it took ${Math.round(ms)} ms`);
  const fault = faultOf(command, end, root);
  if (fault) complain(fault);
  return end.kind === "threw" ? (end.error as Error).name : end.kind;
}

type Ending = { kind: "success"; agrees: Agrees } | { kind: "threw"; error: unknown } | PurchaseOutcome;

async function endingOf({ command, asked, answer }: Bent): Promise<Ending> {
  const enom = enomCommands(clientThatHears(answer));
  if (command === "PurchaseServices") return enom.buySlot({ service: "x", years: 1 }, async () => {});
  try {
    return { kind: "success", agrees: (await QUESTIONS[command]?.(enom, asked)) ?? (() => false) };
  } catch (error) {
    return { kind: "threw", error };
  }
}

function faultOf(command: string, end: Ending, root: Element | undefined): string | undefined {
  switch (end.kind) {
    case "threw":
      if (![Refused, Unavailable, Uncertain].some((kind) => end.error instanceof kind)) return `a stray ${end.error}`;
      if (end.error instanceof Refused && !(root && isRefusal(root, command)))
        return "a no that the document does not say";
      return undefined;
    case "success":
      if (!root || !isSuccess(root, command)) return "a success that the document does not say";
      return end.agrees(root) ? undefined : "a success with values that the document does not have";
    case "rejected":
      return root && isHarmlessRefusal(root) ? undefined : "a purchase taken as not made";
    case "bought":
    case "ordered":
      if (!root || !isSuccess(root, command)) return "a purchase that the document does not confirm";
      return isNamedOnce(root, "orderid", end.orderId) &&
        isNamedOnce(root, "certid", end.kind === "bought" ? end.certId : null)
        ? undefined
        : "a purchase of something else";
    case "not-sent":
      return "an answer to what was not sent";
    case "unknown":
      return undefined;
  }
}

/** null: not at all, or empty. */
function isNamedOnce(root: Element, name: string, id: number | null): boolean {
  const [first, ...others] = all(root, name).map(({ text }) => text.trim());
  return others.length === 0 && (first ?? "") === (id === null ? "" : String(id));
}

const describe = ({ texts }: Rejection): string => texts.join("; ");

/** Every question and effect gets this answer. */
function clientThatHears(answer: HttpAnswer): EnomClient {
  const reply = (command: string, Lost: typeof Unavailable | typeof Uncertain): Reply => {
    const verdict = readAnswer(command, answer);
    if (verdict.kind === "success") return verdict.reply;
    throw failureOf(verdict, { command, Lost, describe });
  };
  return {
    ask: async (command) => reply(command, Unavailable),
    act: async (command) => reply(command, Uncertain),
    spend: async (command) => purchaseOutcome(readAnswer(command, answer), describe),
    examine: async (command) => {
      reply(command, Unavailable);
      return undefined;
    },
    close: async () => {},
  };
}
