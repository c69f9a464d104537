// Takes secrets out of whatever is logged or shown.
"use strict";

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
const BEARER = /(bearer\s+)[^\s"'<>]+/gi;
/** name=value, "name":"value", <name>value</name> and name&quot;:&quot;value of what is called by a secret's name. */
const NAMED =
  /((?:password|passwd|secret|api_?key|authorization|token|pw|pkey)\b["']?\s*(?:=|:|>|&quot;:)\s*["']?(?:&quot;)?)([^\s"'<>&]+)/gi;
/** Certificates and requests are long, and say nothing that helps. */
const PEM = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * @param {string} text
 * @param {ReadonlySet<string>} secrets values that are known to be secret
 */
function masked(text, secrets) {
  let shown = text.replace(PRIVATE_KEY, "***").replace(PEM, "[$1]");
  for (const secret of secrets) if (secret.length >= 4) shown = shown.replaceAll(secret, "***");
  return shown.replace(BEARER, "$1***").replace(NAMED, "$1***");
}

module.exports = { masked };
