// get_suitable_module: the handlers of this module that may take an order, in the order in which they are tried.
"use strict";

const { activeHandlers } = require("../panel/handler.cjs");
const { fieldOf } = require("../panel/item.cjs");
const { childOf, parseXml, textOf } = require("../xml.cjs");

/** @typedef {import("../context.cjs").Context} Context */

/** @param {Context} context */
async function suitableModules(context) {
  const input = (await context.readInput()).trim();
  const root = input === "" ? undefined : parseXml(input);
  const tariff = textOf(childOf(root, "item"), "pricelist");
  const skipped = new Set(idsIn(textOf(root, "skip_modules")));
  const attached = tariff === "" ? [] : await handlersOfTariff(context, tariff);
  const fits = (await activeHandlers(context)).filter(({ id, values }) => {
    const sold = idsIn(fieldOf(context, values, "tariffs"));
    if (skipped.has(id) || (attached.length > 0 && !attached.includes(id))) return false;
    return tariff === "" || sold.length === 0 || sold.includes(tariff);
  });
  return `<doc><modules>${fits.map(({ id }) => `<module id="${id}"/>`).join("")}</modules></doc>\n`;
}

/** Empty where the panel does not tell: then every handler may be attached. @param {Context} context @param {string} tariff */
async function handlersOfTariff(context, tariff) {
  const answer = await context.panel.ask(context.names.functions.tariff, { elid: tariff });
  return answer ? idsIn(fieldOf(context, answer.values, "tariffHandlers")) : [];
}

/** @param {string} list */
function idsIn(list) {
  return list.split(/[\s,;]+/).filter((each) => /^\d+$/.test(each));
}

module.exports = { suitableModules };
