// Words of somebody else in a mail of ours: they stand in quotation marks, and the mail says whose they are. Operators' own
// templates need nothing for it.
import { withHtmlNote, withNote } from "../notes/notes.ts";

type Values = Readonly<Record<string, unknown>>;

interface Language {
  open: string;
  close: string;
  /** Printed where the mail has such words. */
  notice: string;
}

const ENGLISH: Language = {
  open: "“",
  close: "”",
  notice:
    "Words in “ ” come from the provider that had this mail sent. Certfleet, which sent it, neither wrote nor checked them.",
};
const LANGUAGES: Readonly<Record<string, Language>> = {
  en: ENGLISH,
  es: {
    open: "«",
    close: "»",
    notice:
      "Lo que está entre « » procede del proveedor que encargó este mensaje. Certfleet, que lo envía, no lo escribió ni lo comprobó.",
  },
  ru: {
    open: "«",
    close: "»",
    notice:
      "Слова в кавычках « » принадлежат провайдеру, по поручению которого отправлено это письмо. Certfleet, отправивший письмо, их не писал и не проверял.",
  },
};

function languageOf(language: string): Language {
  return LANGUAGES[language.slice(0, 2)] ?? ENGLISH;
}

/** The values with the words at these places in quotation marks; marks within them cannot end them. */
export function marked<V extends Values>(values: V, places: readonly string[], language: string): V {
  const { open, close } = languageOf(language);
  const wanted = new Set(places);
  const within = (value: unknown, place: string): unknown => {
    if (typeof value === "string")
      return wanted.has(place) ? `${open}${value.replace(/[“”„‟«»‹›]/g, '"')}${close}` : value;
    if (Array.isArray(value)) return value.map((each, i) => within(each, `${place}/${i}`));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, within(inner, place === "" ? name : `${place}/${name}`)]),
    );
  };
  return wanted.size === 0 ? values : (within(values, "") as V);
}

/** The text of a mail that says whose words are in it. */
export function withNotice(text: string, language: string): string {
  return withNote(text, languageOf(language).notice);
}

/** The same for its HTML. */
export function withHtmlNotice(html: string, language: string): string {
  return withHtmlNote(html, languageOf(language).notice);
}
