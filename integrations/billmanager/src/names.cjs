// The names of BILLmanager's functions and fields that the module uses, in one table. etc/pmenomfleet.conf changes them.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

/** Functions of mgrctl. Those that only write results, such as service.postopen, are the panel's protocol and stand where they are called. */
const FUNCTIONS = {
  item: "service.edit",
  handlers: "processing",
  handler: "processing.edit",
  operation: "runningoperation.edit",
  tasks: "task",
  account: "account.edit",
  profile: "profile.edit",
  profiles: "profile",
  country: "country.edit",
  tariff: "pricelist.edit",
  settings: "paramlist",
};

/** Fields that are read: the first name that has a value counts. */
const FIELDS = {
  // of an item
  csr: ["csr"],
  product: ["pricelist_intname", "pricelist.intname", "intname", "price_intname", "certificate_type", "product"],
  tariff: ["pricelist", "pricelist_id", "price"],
  period: ["period", "item_period"],
  expiration: ["expiredate", "real_expiredate"],
  paidUntil: ["paiduntil"],
  state: ["service_status"],
  itemState: ["item_status", "status"],
  handler: ["processingmodule", "processingmodule_id", "module"],
  account: ["account", "account_id"],
  profile: ["profile", "profile_id", "service_profile"],
  brand: ["project_name"],
  domain: ["CN", "cn", "domain", "domains_list"],
  names: ["altname"],
  approverMethod: ["approver_method"],
  approverEmail: ["approver_email"],
  reference: ["fleet_reference"],
  orderId: ["custom_order_id"],
  serial: ["fleet_serial"],
  renewal: ["fleet_prolong"],
  language: ["user_lang", "account_lang"],
  // of an operation
  tries: ["trycount"],
  task: ["task", "task_id", "taskid"],
  // of a handler
  name: ["name"],
  executable: ["module", "module_name", "processing_module", "module_intname", "intname"],
  active: ["active"],
  order: ["orderpriority"],
  dataCenter: ["datacenter", "datacenter_id"],
  tariffs: ["pricelists", "pricelist_list"],
  // of a tariff plan
  tariffProduct: ["intname"],
  tariffHandlers: ["processingmodule", "processingmodules", "processing_modules"],
  // of an account or a profile
  profileOrganization: ["company", "legal_name", "org_name"],
  profilePerson: ["person", "realname", "contact_name"],
  profileEmail: ["email"],
  profilePhone: ["phone", "mobile"],
  profileAddress: ["legal_address", "address", "location_address", "postal_address"],
  profileCity: ["legal_city", "city", "location_city", "postal_city"],
  profileState: ["legal_state", "state", "location_state", "postal_state"],
  profilePostcode: ["legal_postcode", "postcode", "location_postcode", "postal_postcode", "zip"],
  profileCountry: ["legal_country", "country", "location_country", "postal_country"],
  countryCode: ["iso2", "code"],
};

/** Parameters of an item that are written with service.saveparam. */
const WRITTEN = {
  paidUntil: "paiduntil",
  reference: "fleet_reference",
  orderId: "custom_order_id",
  serial: "fleet_serial",
  renewal: "fleet_prolong",
  enomOrder: "enom_order_id",
  enomCertificate: "enom_cert_id",
  approverEmail: "approver_email",
  dnsRecord: "auth_dnstxt_value",
};

/**
 * @typedef {{ functions: typeof FUNCTIONS, fields: Record<keyof typeof FIELDS, string[]>, written: typeof WRITTEN,
 *   products: Record<string, string>, types: { service: string, about: string }[], problems: string[] }} Names
 */

/**
 * Lines such as `field.product my_name,other`, `function.item certificate.edit`, `write.paidUntil paid_until`, and
 * `product.OLD-CODE Certificate-RapidSSL-RapidSSL` for tariff plans that carry another handler's codes. A product that
 * certfleet.yaml adds is `type.SERVICE Readable name, dns, wildcard, organization`.
 * @param {string} base
 * @returns {Names}
 */
function readNames(base) {
  const names = {
    functions: { ...FUNCTIONS },
    fields: Object.fromEntries(Object.entries(FIELDS).map(([field, known]) => [field, [...known]])),
    written: { ...WRITTEN },
    /** @type {Record<string, string>} */
    products: {},
    /** @type {{ service: string, about: string }[]} */
    types: [],
    /** @type {string[]} */
    problems: [],
  };
  for (const { key, value, line } of rowsOf(path.join(base, "etc/pmenomfleet.conf"))) {
    const [, group = "", name = ""] = /^(function|field|write|product|type)\.(.+)$/.exec(key) ?? [];
    if (group === "function" && name in FUNCTIONS) Object.assign(names.functions, { [name]: value });
    else if (group === "field" && name in FIELDS) names.fields[name] = value.split(",").map((each) => each.trim());
    else if (group === "write" && name in WRITTEN) {
      Object.assign(names.written, { [name]: value });
      if (name in FIELDS) names.fields[name] = [value, ...(names.fields[name] ?? [])];
    } else if (group === "product") names.products[name.toLowerCase()] = value;
    else if (group === "type") names.types.push({ service: name, about: value });
    else names.problems.push(`etc/pmenomfleet.conf line ${line}: ${key} is not known`);
  }
  return /** @type {Names} */ (/** @type {unknown} */ (names));
}

/**
 * Of a file in the form of billmgr.conf: `Name value`, `Option Name value` or `Name = value`; # begins a comment.
 * @param {string} file
 * @returns {{ key: string, value: string, line: number }[]} empty where there is no such file
 */
function rowsOf(file) {
  let text = "";
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return text.split(/\r?\n/).flatMap((row, i) => {
    const [, key, value = ""] =
      /^(?:Option\s+)?([^\s=#]+)(?:\s*=\s*|\s+)(.*)$/i.exec(row.replace(/(^|\s)#.*/, "").trim()) ?? [];
    return key === undefined ? [] : [{ key, value: value.trim().replace(/^(["'])(.*)\1$/, "$2"), line: i + 1 }];
  });
}

module.exports = { readNames, rowsOf };
