// Words that stand where nobody wrote any: what programs fill in when one presses Enter, and the texts of examples.

/** Compared in small letters, without a full stop at the end. */
const ANYWHERE = new Set([
  // Java's keytool; panels of all kinds.
  ...["unknown", "n/a", "n.a", "not applicable", "undefined", "null", "(none)", "nil", "todo", "tbd"],
  // OpenSSL's openssl.cnf, and the same of Red Hat and Apache's mod_ssl.
  ...["some-state", "internet widgits pty ltd", "internet widgits pty", "default city", "default company ltd"],
  ...["somecity", "somestate", "someorganization", "someorganizationalunit", "someorg", "anytown", "anystate"],
  // Programs that had no value.
  ...["undef", "unspecified", "object object", "no value"],
  // The same in other languages of panels.
  ...["unbekannt", "keine angabe", "inconnu", "non renseigné", "desconocido", "sconosciuto", "onbekend", "неизвестно"],
]);
/** "None" is a town in Piedmont; as anything else it is nobody's. */
const BUT_TOWNS = new Set(["none"]);
const NOT_GIVEN = /^not (set|specified|available|provided|given|known|defined|entered|stated)$/;
/** A variable that nothing was put in for: $ORG, ${city}, %STATE%. */
const VARIABLE = /^(\$\{\w+\}|\$[A-Z_]{2,}|%\w+%)$/;
/** OpenSSL's prompts end so. */
const PROMPT_ENDS = / \((full name|2 letter code)\)$/;
const WORDS =
  "company|organi[sz]ation|business|firm|city|town|locality|state|province|state or province|region|country";
const FORMS = "ltd|limited|inc|llc|gmbh|corp|pty ltd";
const EXAMPLES = new RegExp(
  `^((enter|insert|type) )?((my|your|some|any|sample|dummy|default|unknown|no) )?(${WORDS})( name)?( here)?(,? (${FORMS}))?$`,
);
const FIRM_EXAMPLES = /^(my|your|some|sample|dummy) (company|organi[sz]ation|business|firm)\b/;
/** What stands around a word that is to be replaced: <organization>, [None], {{company}}. */
const AROUND = /^[[({<"'`«„“]+(.*?)[\])}>"'`»“”]+$/;

/**
 * Whether a text is no one's own: blank, punctuation alone (Baseline Requirements 7.1.4.2 forbid it in a subject), a
 * known default, or a prompt such as "Organization Name (eg, company)". `kind`: what it should have named.
 */
export function isPlaceholder(text: string, kind: "firm" | "town" | "area"): boolean {
  const whole = text.trim().replace(/\s+/g, " ");
  const word = whole.replace(AROUND, "$1").trim();
  const said = word
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(/ ?\/ ?/g, "/")
    .replace(PROMPT_ENDS, "");
  if (!/[\p{L}\p{N}]/u.test(said) || ANYWHERE.has(said) || NOT_GIVEN.test(said) || VARIABLE.test(word)) return true;
  if ((kind !== "town" || word !== whole) && BUT_TOWNS.has(said)) return true;
  if (kind === "firm" && FIRM_EXAMPLES.test(said)) return true;
  return EXAMPLES.test(said) || /\((e\.?g\.?|for example)\b/.test(said);
}
