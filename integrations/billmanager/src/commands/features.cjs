// features: what the module can do. It asks nobody: neither the panel nor the fleet.
"use strict";

const { readNames } = require("../names.cjs");
const { addedProduct, products } = require("../products.cjs");
const { escapeXml } = require("../xml.cjs");

const FEATURES =
  "check_connection tune_connection usercreate approver check_param open reopen prolong cancel_prolong sync_item send_dv_dns send_dv_email suspend resume close setparam getbalance import get_suitable_module".split(
    " ",
  );

/** Kept with the processing module, and shown in its form: the names in billmgr_mod_pmenomfleet.xml. */
const PARAMS =
  "url username sourceip alter_approver_methods acknowledge_email_ends threshold default_adm_fname default_adm_lname default_adm_jtitle default_adm_email default_org_name default_org_address default_org_city default_org_state default_org_postcode default_org_country default_org_phone".split(
    " ",
  );

/** @param {string} base where etc/pmenomfleet.conf adds products */
async function features(base) {
  const added = readNames(base).types.map(({ service, about }) => addedProduct(service, about));
  const params = [...PARAMS.map((name) => `<param name="${name}"/>`), '<param name="password" crypted="yes"/>'];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<doc><itemtypes><itemtype name="certificate"/></itemtypes>',
    `<params>${params.join("")}</params>`,
    `<features>${FEATURES.map((name) => `<feature name="${name}"/>`).join("")}</features>`,
    `<templates>${[...products, ...added].map(template).join("")}</templates></doc>`,
    "",
  ].join("\n");
}

/** @param {import("../products.cjs").Product} product */
function template({ service, name, wildcard, organization, dns }) {
  const flags = { www: !wildcard, wildcard, orginfo: organization, authemail: true, authdnstxt: dns };
  const attributes = Object.entries(flags).flatMap(([flag, isOn]) => (isOn ? [`${flag}="yes"`] : []));
  return `<template id="${service}" name="${service}" display_name="${escapeXml(name)}" ${attributes.join(" ")}/>`;
}

module.exports = { FEATURES, PARAMS, features };
