// Makes the report of recorded answers: the same whether they were just given or come out of a folder.
import { type Difference, KIND_WORDS, type ProbeReport, type Question } from "../../shared/probe/report.ts";
import { saidBy } from "../enom/wire/said.ts";
import { maskWords } from "./answers/masked-words.ts";
import { type ReadAnswer, readRecorded } from "./answers/read-answer.ts";
import { aboutOf, type Recorded, type Surroundings } from "./answers/recorded.ts";
import { switchesYaml } from "./answers/switches.ts";
import { differencesOf } from "./differences/differences.ts";
import { factsOf } from "./facts.ts";

/** `secrets`: those of the login, so that no word of eNom's brings them into the report. Asks nobody anything. */
export async function makeReport(
  recorded: readonly Recorded[],
  around: Surroundings,
  { answers: folder, secrets = [] }: { answers: string; secrets?: readonly string[] },
): Promise<ProbeReport> {
  const answers = await readRecorded(recorded, around.switches);
  const about = { answers, around };
  const words = maskWords({ secrets, people: [], maskDomains: false });
  const all = differencesOf(about);
  const differences = all.map(
    ({ wanted: _wanted, ...each }): Difference => ({
      ...each,
      seen: words.text(each.seen),
      example: each.example === null ? null : words.text(each.example),
    }),
  );
  const wanted = all.flatMap(({ wanted: one, kind }) => (one && kind !== "product-not-in-table" ? [one] : []));
  const { account, host, at } = around;
  return {
    ...{ account, host, at },
    ok: !differences.some(({ matters }) => matters),
    differences,
    questions: answers.map((read) => questionOf(read, differences, words.text)),
    facts: factsOf(about),
    yaml: switchesYaml(account, wanted),
    answers: folder,
  };
}

const NO_ANSWER: ReadonlySet<Difference["kind"]> = new Set(["no-answer"]);

function questionOf(read: ReadAnswer, all: readonly Difference[], mask: (text: string) => string): Question {
  const { recorded, verdict, faults } = read;
  const { command, parameters, ms } = recorded;
  const about = aboutOf(parameters);
  const own = all.filter((each) => each.command === command && each.matters);
  const differs = faults.length > 0 || own.some(({ example }) => example === null || example === about);
  const outcome =
    verdict === undefined || own.some(({ kind }) => NO_ANSWER.has(kind) && verdict.kind !== "success")
      ? "no-answer"
      : verdict.kind === "rejected"
        ? "refused"
        : verdict.kind === "unreadable" || differs
          ? "differs"
          : "understood";
  const [first] = own.filter(({ example }) => example === null || example === about);
  const said = outcome === "differs" && first ? `${first.element}: ${KIND_WORDS[first.kind]}` : saidOf(read);
  return { command, about, outcome, said: mask(said), ms: Math.round(ms) };
}

function saidOf({ recorded, verdict, trouble, value }: ReadAnswer): string {
  if (verdict?.kind !== "success") return trouble?.detail ?? "";
  const { command } = recorded;
  if (command === "CheckLogin") return "login and address are accepted";
  if (command === "GetCerts" && Array.isArray(value)) return `${value.length} products`;
  if (command === "CertGetApproverEmail" && Array.isArray(value)) return `${value.length} addresses`;
  const said = saidBy(verdict.reply.root);
  const shown = Object.entries(said).filter(
    ([name]) => !/^(OrderID|CertID|StatusID|CertStatusID|TotalRecords)$/.test(name),
  );
  return shown
    .map(([name, text]) => `${name} ${text}`)
    .join(", ")
    .slice(0, 90);
}

/** Those of the answers that say what a person wants to see of one alone, for a trial purchase. */
export async function readOne(
  recorded: Recorded,
  around: Surroundings,
): Promise<{ question: Question; differences: Difference[] }> {
  const report = await makeReport([recorded], around, { answers: "" });
  const [question] = report.questions;
  if (!question) throw new Error("one answer makes one question");
  return { question, differences: report.differences.filter(({ kind }) => !kind.startsWith("product-")) };
}
