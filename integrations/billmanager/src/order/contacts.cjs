// Contacts of an order: what the customer gave, else the account's profile in the panel, else default_* of the module.
// eNom wants an address for every certificate; BILLmanager asks for one only where the organisation is validated.
"use strict";

const { fieldOf } = require("../panel/item.cjs");

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {import("../panel/item.cjs").Item} Item */
/** @typedef {import("../panel/item.cjs").Field} Field */
/** @typedef {{ organization: string, address: string, city: string, state: string, postcode: string, country: string, phone: string }} Place */
/** @typedef {Record<string, string>} Params */

/**
 * The contacts as the API takes them; fields that nobody knows are left out, and the API names them.
 * @param {Context} context
 * @param {Item} item
 * @param {Params} params of the handler
 */
async function contactsOf(context, item, params) {
  const own = placeOfItem(item);
  const isWhole = own.address !== "" && own.city !== "" && own.country !== "" && hasPerson(item, "adm");
  const profile = isWhole ? {} : await readProfile(context, item);
  const panel = placeOfProfile(context, profile);
  const fallback = placeOfDefaults(params);
  // A street of one source beside a city of another would be an address that nobody has.
  const place = [own, panel, fallback].find(({ address }) => address !== "") ?? own;
  const others = [own, fallback];
  const pick = (/** @type {keyof Place} */ name) =>
    place[name] || others.map((each) => each[name]).find((value) => value !== "") || "";
  const country = await countryCode(context, pick("country"));
  const address = {
    ...{
      organization: own.organization || panel.organization || fallback.organization,
      address1: place.address,
      city: pick("city"),
    },
    ...{ state: pick("state"), postalCode: pick("postcode"), country },
  };
  const phones = [own.phone, panel.phone, fallback.phone];
  const admin = { ...personOf(context, item, "adm", { profile, params, phones }), ...address };
  const tech = hasPerson(item, "tech") && {
    ...personOf(context, item, "tech", { profile, params, phones }),
    ...address,
  };
  return { admin: filled(admin), ...(tech && { tech: filled(tech) }) };
}

/** @param {Item} item @param {string} who */
function hasPerson(item, who) {
  return ["fname", "lname", "email"].every((name) => item.param(`${who}_${name}`) !== "");
}

/**
 * @param {Context} context
 * @param {Item} item
 * @param {"adm" | "tech"} who
 * @param {{ profile: Params, params: Params, phones: string[] }} about
 */
function personOf(context, item, who, { profile, params, phones }) {
  const [first = "", ...rest] = fieldOf(context, profile, "profilePerson").split(/\s+/);
  const given = (/** @type {string} */ name, /** @type {string} */ known) =>
    item.param(`${who}_${name}`) ||
    (who === "tech" ? item.param(`adm_${name}`) : "") ||
    known ||
    byDefault(params, `adm_${name}`);
  return {
    firstName: given("fname", rest.length > 0 ? first : ""),
    lastName: given("lname", rest.length > 0 ? rest.join(" ") : first),
    jobTitle: given("jtitle", ""),
    email: given("email", fieldOf(context, profile, "profileEmail") || item.param("emailAddress")),
    phone: given("phone", phones.find((each) => each !== "") ?? ""),
  };
}

/** @param {Item} item @returns {Place} */
function placeOfItem(item) {
  return {
    ...{ organization: item.param("org_name") || item.param("O"), address: item.param("org_address") },
    ...{ city: item.param("org_city") || item.param("L"), state: item.param("org_state") || item.param("ST") },
    ...{ postcode: item.param("org_postcode"), phone: item.param("org_phone") },
    country: item.param("org_country") || item.param("C") || item.param("field_country"),
  };
}

/** @param {Context} context @param {Params} profile @returns {Place} */
function placeOfProfile(context, profile) {
  const get = (/** @type {Field} */ field) => fieldOf(context, profile, field);
  return {
    ...{ organization: get("profileOrganization"), address: get("profileAddress"), city: get("profileCity") },
    ...{
      state: get("profileState"),
      postcode: get("profilePostcode"),
      country: get("profileCountry"),
      phone: get("profilePhone"),
    },
  };
}

/** @param {Params} params @returns {Place} */
function placeOfDefaults(params) {
  const get = (/** @type {string} */ name) => byDefault(params, `org_${name}`);
  return {
    ...{ organization: get("name"), address: get("address"), city: get("city"), state: get("state") },
    ...{ postcode: get("postcode"), country: get("country"), phone: get("phone") },
  };
}

/** default_org_city, or default_city. @param {Params} params @param {string} name */
function byDefault(params, name) {
  return params[`default_${name}`] || params[`default_${name.replace(/^(adm|org)_/, "")}`] || "";
}

/**
 * The profile that the item names, else that of its account; fields of the account stand beside it. Empty where the panel
 * tells nothing.
 * @param {Context} context
 * @param {Item} item
 * @returns {Promise<Params>}
 */
async function readProfile({ panel, names, ...context }, item) {
  const { functions } = names;
  const id = item.get("account");
  const account = id === "" ? {} : ((await panel.ask(functions.account, { elid: id }))?.values ?? {});
  let profile = item.get("profile") || fieldOf({ names }, account, "profile");
  const hasAddress = fieldOf({ names }, account, "profileAddress") !== "";
  if (profile === "" && id !== "" && !hasAddress) {
    const rows = (await panel.ask(functions.profiles, { account: id }))?.rows ?? [];
    profile = rows.find((row) => [row.account, row.account_id].includes(id))?.id ?? "";
  }
  if (!/^\d+$/.test(profile)) return account;
  context.log.write("EXTINFO", `profile ${profile} of account ${id}`);
  return { ...account, ...(await panel.ask(functions.profile, { elid: profile }))?.values };
}

/** The panel keeps countries by number in some of its forms. @param {Context} context @param {string} country */
async function countryCode(context, country) {
  if (!/^\d+$/.test(country)) return country;
  const answer = await context.panel.ask(context.names.functions.country, { elid: country });
  return (answer && fieldOf(context, answer.values, "countryCode")) || country;
}

/** @param {Record<string, string>} fields */
function filled(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

module.exports = { contactsOf };
