// What the fleet's API says against a call, as an error that BILLmanager shows beside the field that is meant.
"use strict";

const { Fault, connectionFault, withSentence } = require("../fault.cjs");

/** Fields of the panel, by those of the API. */
const CONTACT = {
  ...{ firstName: "fname", lastName: "lname", jobTitle: "jtitle", email: "email", phone: "phone" },
};
const ADDRESS = {
  ...{ organization: "org_name", address1: "org_address", city: "org_city", state: "org_state" },
  ...{ postalCode: "org_postcode", country: "org_country" },
};
/** @type {Record<string, string>} */
const OTHERS = {
  ...{ csr: "csr", product: "pricelist", years: "period", account: "username", brand: "project_name", domain: "CN" },
  ...{ "approver/email": "approver_email", "approver/method": "approver_method", email: "approver_email" },
  ...{ "customer/email": "adm_email", "customer/name": "adm_fname", acknowledge: "acknowledge_email_ends" },
};

/** @param {string} field a JSON pointer without its first slash */
function panelField(field) {
  const [, who = "", name = ""] = /^contacts\/(admin|tech|billing)\/(\w+)$/.exec(field) ?? [];
  const own = /** @type {Record<string, string>} */ (CONTACT)[name];
  if (own) return `${who === "tech" ? "tech" : "adm"}_${own}`;
  return /** @type {Record<string, string>} */ (ADDRESS)[name] ?? OTHERS[field] ?? field;
}

/**
 * @param {{ status: number, body: any, text: string, code: string }} answer
 * @returns {InstanceType<typeof Fault>}
 */
function problemFault({ status, body, text, code }) {
  const detail = body?.detail ?? body?.title ?? text.trim().slice(0, 300);
  if (status === 401) return new Fault("auth", "password", withSentence(`the fleet refuses the API key. ${detail}`));
  if (status === 403) return new Fault("auth", "password", withSentence(`the API key may not do this. ${detail}`));
  if (status === 422 && Array.isArray(body?.errors) && body.errors.length > 0) {
    const words = body.errors.map((/** @type {any} */ { field, message }) => `${panelField(field)}: ${message}`);
    return new Fault("pmenomfleet_invalid", panelField(body.errors[0].field), words.join(" "));
  }
  if (status === 422) return new Fault("pmenomfleet_invalid", code || "order", detail);
  if (status === 404 && code === "")
    return connectionFault("url", "no Certfleet answers there: API URL is the address of the fleet");
  if (status === 404) return new Fault("pmenomfleet_not_found", "order", detail);
  if (status === 409) return new Fault("pmenomfleet_conflict", "order", detail);
  if (status === 429) return new Fault("pmenomfleet_busy", "order", detail);
  return connectionFault("url", `the gateway answers ${status}. ${detail}`);
}

module.exports = { panelField, problemFault };
