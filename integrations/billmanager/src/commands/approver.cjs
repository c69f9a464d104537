// approver: who can approve a domain by e-mail. eNom is not asked: the addresses follow from the rules of the CAs.
"use strict";

const { escapeXml } = require("../xml.cjs");
const { Fault } = require("../fault.cjs");
const { openHandler } = require("./session.cjs");

/** @param {import("../context.cjs").Context} context */
async function approver(context) {
  const { domain = "", module: id = "", intname = "" } = context.options;
  const domains = domain.split(/[\s,]+/).filter((each) => each !== "");
  if (domains.length === 0) throw new Fault("pmenomfleet_usage", "domain", "The command needs --domain.");
  const { gateway } = await openHandler(context, id);
  const product = context.names.products[intname.toLowerCase()] ?? intname;
  const lists = [];
  for (const each of domains) {
    const asked = new URLSearchParams({ domain: each, ...(product !== "" && { product }) });
    const { approvers } = await gateway.get(`/approvers?${asked}`);
    const emails = approvers.map((/** @type {any} */ { email }) => `<approver>${escapeXml(email)}</approver>`);
    lists.push(`<domain name="${escapeXml(each)}">${emails.join("")}</domain>`);
  }
  return `<doc>${lists.join("")}</doc>\n`;
}

module.exports = { approver };
