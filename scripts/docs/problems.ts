// The page of the problems: what an answer that says no has in `code`, what it means, and what to do.
import { exampleProblem } from "../../src/producers/http/problem-pages/example.ts";
import { problemTexts } from "../../src/producers/http/problem-pages/texts.ts";
import { type ProblemName, problemKind, problemNames } from "../../src/producers/http/problems.ts";
import { code, page, table } from "./page.ts";

export function problemsPage(): string {
  const rows = problemNames.map((name) => {
    const { status, title } = problemKind(name);
    return [`[${code(name)}](#${name})`, `${status}`, title];
  });
  return page(
    "Problems",
    [
      "An answer of the API that says no is a problem (RFC 9457), with the media type `application/problem+json`.",
      "",
      "* `code` is for programs: it has one of these words, and they never change.",
      "* `type` leads to the same text at the gateway, as a path: `/docs/problems/NAME`, open to everybody. Behind a proxy",
      "  with a base path it has that in front.",
      "* `detail` says what went wrong this time. `errors` names each wrong field.",
    ],
    table(["`code`", "status", "title"], rows),
    ...problemNames.map(sectionOf),
  );
}

function sectionOf(name: ProblemName): string {
  const { means, next, again, headers = {} } = problemTexts[name];
  const example = JSON.stringify(exampleProblem(name), null, 2);
  return [
    `## ${name}`,
    "",
    ...wrapped(means),
    "",
    ...next.flatMap((each) => wrapped(each, "* ")),
    "",
    ...wrapped(`Send it again? ${again}`),
    ...Object.entries(headers).flatMap(([header, value]) => ["", `Header: ${code(`${header}: ${value}`)}`]),
    "",
    "```json",
    ...example.split("\n"),
    "```",
  ].join("\n");
}

/** Lines of the width that the pages have. */
function wrapped(text: string, before = ""): string[] {
  const lines: string[] = [];
  let line = before;
  for (const word of text.split(" ")) {
    if (line.length + word.length > 118) {
      lines.push(line.trimEnd());
      line = " ".repeat(before.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
