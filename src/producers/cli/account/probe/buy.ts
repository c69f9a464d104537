// `account probe --buy`, as a person sees it: what is about to happen, each answer, a question before each write, and at the
// end the text that brings the money back.
import { failure, type Result } from "../../../../shared/base/result.ts";
import type { TrialAsked, TrialReport } from "../../../../shared/probe/report.ts";
import { readInput, readJsonOf } from "../../input.ts";
import { type Asked, withMoney } from "../../money.ts";
import type { ProgramContext } from "../../own-redis.ts";
import { audited } from "../../port/audited.ts";
import { printable } from "../../printed.ts";

export interface BuyCommands {
  buyTrial: (asked: Asked, id: string, options: TrialOptions) => Promise<TrialReport | undefined>;
}

interface TrialOptions extends TrialAsked {
  folder: string;
  maskDomains: boolean;
  say: (line: string) => void;
  mayWrite: (command: string, what: string) => Promise<boolean>;
}

export interface BuyOptions {
  buy?: string;
  domain?: string;
  years?: number;
  approver?: string;
  csr?: string;
  contact?: string;
  reference?: string;
  confirm?: boolean;
  despiteDifferences?: boolean | undefined;
}

/** Asks a person yes or no; undefined where nobody can be asked. */
export type AskPerson = ((question: string) => Promise<boolean>) | undefined;

/** What is wrong with the words; undefined: nothing. */
export function buyFault({ buy, domain, confirm, ...others }: BuyOptions): Result | undefined {
  if (buy === undefined) {
    const more = Object.entries({ domain, confirm, ...others }).filter(([, value]) => value !== undefined);
    return more.length === 0
      ? undefined
      : failure("usage", `--${more[0]?.[0]} is for --buy SERVICE. Nothing was asked.`);
  }
  if (domain === undefined)
    return failure(
      "usage",
      "--buy needs --domain NAME: a name whose owner you are, for which the certificate is issued.",
    );
  if (confirm !== true)
    return failure("usage", `--buy ${buy} spends real money at eNom. To do it, add --confirm. Nothing was bought.`);
  return undefined;
}

interface Buying {
  id: string;
  folder: string;
  maskDomains: boolean;
  ask: AskPerson;
}

/** One purchase. Ends with 0 when it was handed to the CA, with 1 when something stands in its way. */
export async function buyOne(
  context: ProgramContext,
  options: BuyOptions & { buy: string; domain: string },
  { id, folder, maskDomains, ask }: Buying,
  { buyTrial }: BuyCommands,
): Promise<Result> {
  const asked = await trialOf(options);
  if ("ending" in asked) return asked;
  const { service, domain, years, reference } = asked;
  const said: string[] = [];
  const say = (line: string): void => {
    said.push(line);
    process.stderr.write(`${printable(line)}\n`);
  };
  const mayWrite = async (command: string, what: string): Promise<boolean> => {
    say(`→ ${command}: ${what}`);
    return ask ? ask(`Send ${command} now?`) : true;
  };
  const what = {
    action: "account.probe-buy",
    subject: id,
    after: { service, domain, years: `${years}`, ...(reference && { reference }) },
  };
  return withMoney(context, (spoken) =>
    audited(spoken, what, async () => {
      const report = await buyTrial(spoken, id, { ...asked, folder, maskDomains, say, mayWrite });
      if (!report) return failure("not-found", `No account ${id} is configured here.`);
      return { ending: report.ok ? "done" : "failed", text: trialText(report, said), json: { ...report, said } };
    }),
  );
}

async function trialOf(options: BuyOptions & { buy: string; domain: string }): Promise<TrialAsked | Result> {
  const { buy, domain, years = 1, approver, reference, csr, contact } = options;
  const [request, person] = [await readIf(csr), await readIf(contact)];
  if (typeof request === "object") return request;
  if (typeof person === "object") return person;
  const named = person === undefined ? { value: undefined } : readJsonOf("contact", person);
  if ("ending" in named) return named;
  return { service: buy, domain: domain.toLowerCase(), years, approver, reference, csr: request, contact: named.value };
}

async function readIf(file: string | undefined): Promise<string | undefined | Result> {
  if (file === undefined) return undefined;
  const read = await readInput(file, process.stdin);
  return "ending" in read ? read : read.input;
}

function trialText(report: TrialReport, said: readonly string[]): string {
  const { reference, service, domain, certId, status, attention, paid, proof, ticket, answers } = report;
  const bought = paid
    ? `CertID ${certId}, order ${paid.orderId ?? "?"}${paid.price === null ? "" : `, ${paid.price} ${paid.currency}`}`
    : "nothing was bought";
  return [
    `A trial purchase on account ${report.account}: ${service} for ${domain}`,
    said.join("\n"),
    [
      `${report.ok ? "✓" : "✗"} The order ${reference} is ${status}: ${bought}.`,
      ...(attention ? [`  ${attention.code}: ${attention.message}`] : []),
      ...(proof === null ? [] : [`  To publish: ${proof}`]),
      `  The fleet goes on with it as with any other order: certfleet certificate explain ${reference}`,
    ].join("\n"),
    ...(ticket === null ? [] : [`For eNom's support, when you have seen enough (within 30 days):\n\n${ticket}`]),
    `The answers, masked, may be sent on: ${answers}`,
  ].join("\n\n");
}
