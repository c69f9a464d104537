// All rules in their order. A new one is a function here.
import type { Difference } from "../../../shared/probe/report.ts";
import type { Switch } from "../answers/switches.ts";
import { catalogueDifferences, othersWhoBuy } from "./account.ts";
import { answerDifferences } from "./answers.ts";
import { certificateDifferences } from "./certificates.ts";
import { amountForms, dateForms, missingFields, newElements, readerFaults } from "./fields.ts";
import { type About, together } from "./found.ts";

const RULES = [
  answerDifferences,
  readerFaults,
  dateForms,
  amountForms,
  certificateDifferences,
  othersWhoBuy,
  missingFields,
  catalogueDifferences,
  newElements,
];

/** Every difference once; what matters first. */
export function differencesOf(about: About): (Difference & { wanted: Switch | null })[] {
  return withNewNames(together(RULES.flatMap((rule) => rule(about))));
}

/** A field that is gone, and a new one of a like name in the same answer, are told together. */
function withNewNames(all: ReturnType<typeof together>): ReturnType<typeof together> {
  return all.map((each) => {
    if (each.kind !== "field-missing" || !each.matters) return each;
    const renamed = all.find(
      ({ kind, command, element }) =>
        kind === "new-element" && command === each.command && areAlike(element, each.element),
    );
    return renamed ? { ...each, means: `It may be called ${renamed.element} now. ${each.means}` } : each;
  });
}

/** They end or begin with the same six letters or more. */
function areAlike(a: string, b: string): boolean {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x.endsWith(y.slice(-6)) || x.startsWith(y.slice(0, 6)) || x.includes(y) || y.includes(x);
}
