// Words that stand where nobody wrote any: what programs fill in when one presses Enter, and the texts of examples.

/** Compared in small letters, without a full stop at the end. */
const ANYWHERE = new Set([
  // Java's keytool; panels of all kinds.
  ...["unknown", "n/a", "n.a", "not applicable", "undefined", "null", "(none)", "nil", "todo", "tbd"],
  // OpenSSL's openssl.cnf, and the same of Red Hat and Apache's mod_ssl.
  ...["some-state", "internet widgits pty ltd", "internet widgits pty", "default city", "default company ltd"],
  ...["somecity", "somestate", "someorganization", "someorganizationalunit", "anytown", "anystate"],
]);
/** "None" is a town in Piedmont; as anything else it is nobody's. */
const BUT_TOWNS = new Set(["none"]);
const EXAMPLES =
  /^((my|your|some|any|sample|dummy) )?(company|organi[sz]ation|business|firm|city|town|locality|state|province|state or province|country)( name)?( (ltd|limited|inc|llc|gmbh|corp|pty ltd))?$/;
const FIRM_EXAMPLES = /^(my|your|some|sample|dummy) (company|organi[sz]ation|business|firm)\b/;

/**
 * Whether a text is no one's own: blank, punctuation alone (Baseline Requirements 7.1.4.2 forbid it in a subject), a
 * known default, or a prompt such as "Organization Name (eg, company)". `kind`: what it should have named.
 */
export function isPlaceholder(text: string, kind: "firm" | "town" | "area"): boolean {
  const said = text.trim().toLowerCase().replace(/\s+/g, " ").replace(/\.$/, "");
  if (!/[\p{L}\p{N}]/u.test(said) || ANYWHERE.has(said)) return true;
  if (kind !== "town" && BUT_TOWNS.has(said)) return true;
  if (kind === "firm" && FIRM_EXAMPLES.test(said)) return true;
  return EXAMPLES.test(said) || /\((e\.?g\.?|for example)\b/.test(said);
}
