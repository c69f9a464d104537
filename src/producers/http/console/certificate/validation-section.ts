// How the domain's owner proves control of it: what to publish, to copy, and what Certfleet found there.
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import { ago, copied, day, facts, type Tone, tag } from "../frame/pieces.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

const TONES: Readonly<Record<string, Tone>> = { there: "good", other: "bad", missing: "warn", unknown: "soft" };

export function validationSection(visit: Visit, { validation }: Shown): Html {
  const say = certificateWords(visit.language);
  const { method, approverEmail, agreed, dns, file, proof, pendingSince, lastAt, reusableUntil } = validation;
  const found = proof
    ? html`${tag(say[`found-${proof.found}`], TONES[proof.found] ?? "soft")} ${proof.detail} <span class="soft small">${ago(visit, proof.at)}</span>`
    : null;
  return html`<section class="panel" aria-labelledby="validation"><h2 id="validation">${say.validation}</h2>
${facts([
  [say.method, say[`method-${method}`]],
  [say.approver, approverEmail],
  [say.agreed, agreed && `${say[`method-${agreed.method}`]}${agreed.email === null ? "" : `: ${agreed.email}`}`],
  [say.recordName, dns && copied(visit, "dns-name", dns.name)],
  [say.recordType, dns?.type ?? null],
  [say.recordValue, dns && copied(visit, "dns-value", dns.value)],
  [say.fileUrl, file && copied(visit, "file-url", file.url)],
  [say.fileContent, file && copied(visit, "file-content", file.content)],
  [say.found, found],
  [say.waits, pendingSince === null ? null : ago(visit, pendingSince)],
  [say.validated, lastAt === null ? null : day(visit, lastAt)],
  [say.reusable, reusableUntil === null ? null : day(visit, reusableUntil)],
])}</section>`;
}
