// What a CSR holds, as soon as it is pasted: its names, its key and what is wrong with it. Nothing is kept.
import { type CsrFindings, checkCsr } from "../../../../shared/certificate/csr.ts";
import type { IntakeRules } from "../../../../shared/intake/rules.ts";
import { defaultRules } from "../../../../shared/intake/rules.ts";
import { type Html, html } from "../../html.ts";
import { facts } from "../frame/pieces.ts";
import type { Visit } from "../frame/visit.ts";
import { formWords } from "./form-words.ts";

/** Undefined where nothing was pasted. */
export async function readCsrIn(
  text: string,
  rules: IntakeRules = defaultRules,
): Promise<CsrFindings | { faults: string[] } | undefined> {
  return text.trim() === "" ? undefined : checkCsr(text, rules);
}

/** The button that reads a CSR without a script, and what was read. */
export function csrReader(visit: Visit, found: Awaited<ReturnType<typeof readCsrIn>>): Html {
  const read = formWords(visit.language).readCsr;
  return html`<p class="buttons"><button name="act" value="read" formnovalidate>${read}</button></p>${csrFacts(visit, found)}`;
}

/** The script puts it in anew while one types. */
function csrFacts({ language }: Visit, found: CsrFindings | { faults: string[] } | undefined): Html {
  const say = formWords(language);
  if (!found) return html`<div id="csr-facts" class="soft">${say.noCsr}</div>`;
  const faults = "faults" in found ? found.faults : [...found.newFaults, ...found.warnings];
  const shown = "csr" in found ? found.csr : undefined;
  const subject = shown ? Object.entries(shown.subject).map(([name, value]) => `${name}=${value}`) : [];
  return html`<div id="csr-facts" class="panel">${
    shown === undefined
      ? null
      : facts([
          [say.csrDomain, html`<strong>${shown.domain}</strong>`],
          [say.csrNames, shown.names.join(", ")],
          [say.csrSubject, subject.join(", ")],
        ])
  }${faults.length === 0 ? html`<p class="good">${say.csrFine}</p>` : html`<ul class="bad">${faults.map((each) => html`<li>${each}</li>`)}</ul>`}</div>`;
}
