// The order of an item as the fleet's API takes it.
"use strict";

const { Fault } = require("../fault.cjs");
const { productOf } = require("../panel/item.cjs");
const { readPolicy } = require("../panel/policy.cjs");
const { contactsOf } = require("./contacts.cjs");

/** @typedef {import("../context.cjs").Context} Context */
/** @typedef {import("../panel/item.cjs").Item} Item */

/**
 * Without its reference and account.
 * @param {Context} context
 * @param {Item} item
 * @param {Record<string, string>} params of the handler
 */
async function orderBody(context, item, params) {
  const csr = csrOf(item);
  refuseOtherNames(item);
  const contacts = await contactsOf(context, item, params);
  const { firstName = "", lastName = "", email = "" } = /** @type {Record<string, string>} */ (contacts.admin);
  const policy = await readPolicy(context);
  const language = item.get("language");
  const [brand, tenant] = [item.get("brand"), item.get("account")];
  return {
    product: await productOf(context, item),
    years: yearsOf(item),
    ...{ csr, approver: approverOf(item), contacts },
    customer: { email, name: `${firstName} ${lastName}`.trim(), ...(/^[a-z]{2}$/i.test(language) && { language }) },
    ...(brand !== "" && { brand }),
    ...(tenant !== "" && { tenant: `billmanager-${tenant}`.slice(0, 64) }),
    ...(policy && { policy }),
    ...(params.acknowledge_email_ends === "on" && { acknowledge: ["email-validation-ends"] }),
  };
}

/** @param {Item} item */
function csrOf(item) {
  const csr = item.get("csr");
  if (csr === "")
    throw new Fault("pmenomfleet_no_csr", "csr", `Item ${item.id} has no certificate signing request (CSR).`);
  return csr;
}

/** @param {Item} item whose period is in months */
function yearsOf(item) {
  const months = item.get("period");
  const years = Number(months) / 12;
  if (/^\d+$/.test(months) && Number.isInteger(years) && years >= 1 && years <= 5) return years;
  throw new Fault(
    "pmenomfleet_period",
    "period",
    `A certificate is sold for 12, 24, 36, 48 or 60 months, and item ${item.id} has ${months || "no period"}.`,
  );
}

/** @param {Item} item */
function approverOf(item) {
  const method = item.get("approverMethod").toLowerCase();
  if (/dns/.test(method)) return { method: "dns" };
  if (/file|http/.test(method)) return { method: "file" };
  const [email = ""] = item
    .get("approverEmail")
    .split(/[\s,;]+/)
    .filter((each) => each !== "");
  if (email !== "") return { method: "email", email };
  throw new Fault(
    "pmenomfleet_approver",
    "approver_email",
    "Nobody is chosen who approves the domain: choose an address, or validation by DNS.",
  );
}

/** The product covers one name, with and without www. @param {Item} item */
function refuseOtherNames(item) {
  const domain = (item.get("domain").split(/[\s,]+/)[0] ?? "").toLowerCase();
  if (domain === "") return;
  const bare = domain.replace(/^(www|\*)\./, "");
  const covered = new Set([domain, bare, `www.${bare}`, `*.${bare}`]);
  const isBelow = (/** @type {string} */ name) => domain.startsWith("*.") && name.endsWith(`.${bare}`);
  const others = item
    .get("names")
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== "" && !covered.has(name) && !isBelow(name));
  if (others.length === 0) return;
  throw new Fault(
    "pmenomfleet_names",
    "altname",
    `eNom's products cover ${domain} with and without www. Further names cannot be ordered: ${others.join(", ")}.`,
  );
}

module.exports = { orderBody, refuseOtherNames, yearsOf };
