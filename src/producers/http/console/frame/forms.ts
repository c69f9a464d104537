// Forms without JavaScript: fields have the API's names, with dots between the steps; what the API says no to stands at its field.
import { randomUUID } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Fault } from "../../../../shared/base/fault.ts";
import { type Html, html } from "../../html.ts";
import type { Visit } from "./visit.ts";

/** What the gateway itself reads from a form, and no call of the API takes. */
const OURS: ReadonlySet<string> = new Set(["csrf", "once", "lang", "act"]);

/** Every form that changes something begins with these: the token, and a name by which a second click is the same one. */
export function hiddenFields({ token }: Pick<Visit, "token">, once: string = randomUUID()): Html {
  return html`${token === undefined ? null : html`<input type="hidden" name="csrf" value="${token}">`}<input type="hidden" name="once" value="${once}">`;
}

export function formOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

const DEEPEST = 6;

/** The lines of a box that are not empty, each without what stands around it. Takes as long as the text is. */
export function linesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** How a field's text becomes the API's value; a field that is not named is text. `lines`: a list, a line each. */
export type Kind = "text" | "number" | "flag" | "lines" | "list";

/**
 * `contacts.admin.city=Malmo` becomes `{contacts: {admin: {city: "Malmo"}}}`. What was left empty is not sent.
 * A number that is none stays text: the API says what is wrong with it.
 */
export function bodyOfForm(form: URLSearchParams, kinds: Readonly<Record<string, Kind>> = {}): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const name of new Set(form.keys())) {
    if (OURS.has(name)) continue;
    const value = fieldValue(form.getAll(name), kinds[name] ?? "text");
    const steps = name.split(".");
    // No field of the API lies deeper: the API says of the whole name that it knows none.
    if (value !== undefined) put(body, steps.length > DEEPEST ? [name] : steps, value);
  }
  return body;
}

function fieldValue(given: readonly string[], kind: Kind): unknown {
  const text = (given[0] ?? "").trim();
  if (kind === "list") return given.filter((each) => each !== "");
  if (text === "") return undefined;
  if (kind === "number") return /^-?\d+$/.test(text) ? Number(text) : text;
  if (kind === "flag") return text === "true" || text === "on";
  if (kind === "lines") return linesIn(text);
  return text.replace(/\r\n/g, "\n");
}

const NEVER = new Set(["__proto__", "constructor", "prototype"]);

function put(body: Record<string, unknown>, steps: readonly string[], value: unknown): void {
  if (steps.some((step) => NEVER.has(step))) return;
  let place = body;
  for (const step of steps.slice(0, -1)) {
    const below = Object.hasOwn(place, step) ? place[step] : undefined;
    if (typeof below === "object" && below !== null) place = below as Record<string, unknown>;
    else {
      const made: Record<string, unknown> = {};
      place[step] = made;
      place = made;
    }
  }
  const last = steps.at(-1);
  if (last !== undefined) place[last] = value;
}

export interface Field {
  /** The API's name, with dots. */
  name: string;
  /** Where the page has several fields of the name. */
  id?: string;
  label: string;
  /** A line below the label. */
  hint?: string | undefined;
  value?: string | undefined;
  type?: "text" | "email" | "number" | "date" | "datetime-local" | "password" | "url" | undefined;
  /** A box of so many lines. */
  lines?: number | undefined;
  /** A choice: value and text. */
  options?: readonly (readonly [value: string, text: string])[] | undefined;
  required?: boolean | undefined;
  autocomplete?: string | undefined;
  /** What the browser offers while one types. */
  suggested?: readonly string[] | undefined;
  /** Read by the console's script: `csr`. */
  reads?: "csr" | undefined;
}

/** `errors` are the API's: their fields are JSON pointers (`contacts/admin/city`). */
export function fieldHtml(field: Field, errors: readonly Fault[] = []): Html {
  const { name, label, hint } = field;
  const id = `field-${(field.id ?? name).replace(/[^\w-]/g, "-")}`;
  const wrong = errors.filter((error) => error.field === name.replaceAll(".", "/"));
  const described = [...(hint ? [`${id}-hint`] : []), ...(wrong.length > 0 ? [`${id}-wrong`] : [])].join(" ");
  return html`<div class="field">
<label for="${id}">${label}</label>
${hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : null}
${control(field, { id, described, isWrong: wrong.length > 0 })}
${wrong.length > 0 ? html`<p class="wrong" id="${id}-wrong">${wrong.map(({ message }) => message).join(" ")}</p>` : null}
</div>`;
}

function control(
  { name, value = "", type = "text", lines, options, required, autocomplete = "off", reads, suggested = [] }: Field,
  { id, described, isWrong }: { id: string; described: string; isWrong: boolean },
): Html {
  const about = html`id="${id}" name="${name}"${described ? html` aria-describedby="${described}"` : null}${isWrong ? html` aria-invalid="true"` : null}${required ? html` required` : null}`;
  if (options)
    return html`<select ${about}>${options.map(([each, text]) => html`<option value="${each}"${each === value ? html` selected` : null}>${text}</option>`)}</select>`;
  if (lines)
    return html`<textarea ${about} rows="${lines}" spellcheck="false"${reads ? html` data-reads="${reads}"` : null}>
${value}</textarea>`;
  const list = suggested.length > 0 ? `${id}-list` : undefined;
  return html`<input ${about} type="${type}" value="${value}" autocomplete="${autocomplete}"${list ? html` list="${list}"` : null}>${list ? html`<datalist id="${list}">${suggested.map((each) => html`<option value="${each}"></option>`)}</datalist>` : null}`;
}

/** What was wrong as a whole, and with fields that the form does not have. */
export function errorSummary(
  no: { detail: string; errors?: readonly Fault[] | undefined } | undefined,
  shown: readonly string[],
): Html | null {
  if (!no) return null;
  const fields = new Set(shown.map((name) => name.replaceAll(".", "/")));
  const others = (no.errors ?? []).filter(({ field }) => !fields.has(field));
  return html`<div class="said bad" role="alert"><p>${no.detail}</p>${others.length > 0 ? html`<ul>${others.map(({ field, message }) => html`<li><code>${field}</code>: ${message}</li>`)}</ul>` : null}</div>`;
}
