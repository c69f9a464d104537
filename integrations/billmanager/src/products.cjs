// What the fleet sells, for the list of certificate types: the answer to `features` needs nothing else to be there.
"use strict";

/**
 * Service code, readable name, and what BILLmanager's order form must know. A test compares it with the fleet's table.
 * @typedef {{ service: string, name: string, wildcard: boolean, organization: boolean, dns: boolean }} Product
 */

/** @type {readonly (readonly [code: string, name: string, kind: string])[]} */
const ROWS = [
  ["RapidSSL-RapidSSL", "RapidSSL", "dns"],
  ["RapidSSL-RapidSSL-Wildcard", "RapidSSL Wildcard", "wildcard"],
  ["GeoTrust-QuickSSL", "GeoTrust QuickSSL", "dns"],
  ["GeoTrust-QuickSSL-Premium", "GeoTrust QuickSSL Premium", "dns"],
  ["GeoTrust-TrueBizID", "GeoTrust TrueBusiness ID", "organization"],
  ["GeoTrust-TrueBizID-Wildcard", "GeoTrust TrueBusiness ID Wildcard", "organization wildcard"],
  ["GeoTrust-TrueBizID-EV", "GeoTrust TrueBusiness ID EV", "organization"],
  ["VeriSign-Secure-Site", "Secure Site", "organization"],
  ["VeriSign-Secure-Site-Pro", "Secure Site Pro", "organization"],
  ["VeriSign-Secure-Site-EV", "Secure Site EV", "organization"],
  ["VeriSign-Secure-Site-Pro-EV", "Secure Site Pro EV", "organization"],
  ["Comodo-Essential", "Comodo Essential", ""],
  ["Comodo-Instant", "Comodo Instant", "organization"],
  ["Comodo-Essential-Wildcard", "Comodo Essential Wildcard", "wildcard"],
  ["Comodo-Premium-Wildcard", "Comodo Premium Wildcard", "organization wildcard"],
  ["Comodo-EV", "Comodo EV", "organization"],
  ["Comodo-EV-SGC", "Comodo EV SGC", "organization"],
];

/** @type {readonly Product[]} */
const products = ROWS.map(([code, name, kind]) => ({
  service: `Certificate-${code}`,
  name,
  wildcard: kind.includes("wildcard"),
  organization: kind.includes("organization"),
  dns: kind.includes("dns"),
}));

/**
 * A product that certfleet.yaml adds, as etc/pmenomfleet.conf describes it.
 * @param {string} service
 * @param {string} about its readable name, then any of dns, wildcard, organization, with commas between
 * @returns {Product}
 */
function addedProduct(service, about) {
  const [name = "", ...kinds] = about.split(",").map((word) => word.trim());
  const has = (/** @type {string} */ kind) => kinds.includes(kind);
  return {
    service,
    name: name || service,
    wildcard: has("wildcard"),
    organization: has("organization"),
    dns: has("dns"),
  };
}

module.exports = { addedProduct, products };
