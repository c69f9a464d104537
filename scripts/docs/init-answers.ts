// The page of the answers file of `certfleet init`, from the table of its questions.
import { optionOf, presetOf, type Question, questions } from "../../src/producers/cli/init/questions.ts";
import { type Way, ways } from "../../src/producers/cli/init/ways.ts";
import { code, page, table } from "./page.ts";

export function initAnswersPage(): string {
  const rows = questions.map((question) => {
    const { field, label, hint, only = ways } = question;
    const meaning = `${label}${hint ? ` (${hint})` : ""}`.replaceAll("<", "&lt;");
    return [
      code(field),
      code(optionOf(field)),
      only.length === ways.length ? "all" : only.join(", "),
      presets(question),
      meaning,
    ];
  });
  return page(
    "Answers for init",
    [
      "`bin/certfleet init --for compose --dir . --answers FILE` asks nobody: it reads this file, YAML or JSON. An option",
      "has the same meaning and is stronger. All values are text: amounts in quotes. An unknown field is refused.",
      "",
      "The file holds no secret. A field that ends with `File` names a file that holds one, one line, or what is in PEM form;",
      "a relative path counts from the answers file. `for` may stand in it, too: `systemd`, `compose` or `kubernetes`.",
      "`deploy/answers` has an example for each. Compose has a Redis of its own, which only the fleet can reach.",
    ],
    table(["field", "option", "for", "without it", "meaning"], rows),
    [
      "`–`: the field is left out. A user without a password file is refused where a login needs both. Files that are there",
      "with other content are named, and nothing is written. The same answers again write only what is missing.",
    ].join("\n"),
  );
}

function presets(question: Question): string {
  const { needed, neededWith, only = ways } = question;
  if (neededWith) return `must be said with ${code(neededWith)}`;
  const found = only.map((way: Way) => presetOf(question, way));
  const shown = [...new Set(found)].map((preset) =>
    preset === undefined ? (needed ? "must be said" : "–") : code(preset),
  );
  if (shown.length < 2) return shown.join();
  return only.map((way, i) => `${way}: ${found[i] === undefined ? "must be said" : code(found[i])}`).join("; ");
}
