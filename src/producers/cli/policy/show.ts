// `policy show`: every source of the reissue policy with what it says, which one counts, and what that means for one certificate.
import { readSettings } from "../../../shared/base/read-settings.ts";
import { failure, type Listed, type Result } from "../../../shared/base/result.ts";
import { findProduct } from "../../../shared/certificate/products.ts";
import { project } from "../../../shared/certificate/projection.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import {
  BUILT_IN,
  decide,
  type PolicyFile,
  type PolicyLayer,
  type PolicySettings,
  type PolicyVerdict,
  policyLayers,
  productLayers,
  remainderIn,
  type Said,
} from "../../../shared/config/policy.ts";
import { policySettings } from "../../../shared/config/settings.ts";
import { forecastFleet } from "../../../shared/forecast/fleet-forecast.ts";
import { remainderText } from "../../../shared/forecast/remainder.ts";
import { giveUpDaysOf, type OwnPolicy, type RemainderSetting } from "../../../shared/subscription/policy.ts";
import { listedFields } from "../columns.ts";
import { type Fleet, notFound } from "../fleet.ts";
import { table, timeText } from "../table.ts";

/** Half of the shortest life that the rules will allow (47 days from 2029-03-15 on). */
const SHORTEST_HALF = 23;
/** In years. */
const LONGEST_TERM = 5;

export interface PolicySources {
  settings: PolicySettings;
  file: PolicyFile;
}

/** @throws Error listing what is wrong in the settings, or in the configuration file */
export function policySources(env: NodeJS.ProcessEnv): PolicySources {
  return { settings: readSettings(policySettings, env), file: fleetFileOf(env) };
}

/** What holds where neither product nor certificate says anything, and which products do. */
export function showPolicy({ settings, file }: PolicySources): Result {
  const layers = policyLayers(settings, file);
  const verdict = decide(layers);
  const products = [...productLayers(file)]
    .filter(([, { mode, beforeDays }]) => mode || beforeDays)
    .map(([service, layer]) => ({ product: nameOf(service), ...decide([...layers, layer]) }));
  const rest = remainderIn(file);
  const text = [`${layersTable(layers, verdict)}\n\n${inForce(verdict)}${restInForce(rest)}`, productsTable(products)];
  const json = { ...asJson(layers, verdict), remainderSetting: rest, products };
  return { ending: "done", text: text.filter(Boolean).join("\n\n"), json, listed: layersOfJson(json) };
}

/** What holds for a product's certificates whose order says nothing. */
export function showPolicyOfProduct(service: string, sources: PolicySources): Result {
  const layers = layersOf(service, sources);
  if (layers.at(-1)?.source !== "product" && !findProduct(service)) {
    return failure(
      "not-found",
      `There is no product ${service}. Use a service code such as Certificate-RapidSSL-RapidSSL.`,
    );
  }
  const verdict = decide(layers);
  const product = nameOf(service);
  const rest = remainderIn(sources.file, service);
  const text = `${product}\n\n${layersTable(layers, verdict)}\n\n${inForce(verdict)}${restInForce(rest)}`;
  const json = { product, ...asJson(layers, verdict), remainderSetting: rest };
  return { ending: "done", text, json, listed: layersOfJson(json) };
}

/** What holds for one certificate, what becomes of it, and when. */
export async function showPolicyOfCertificate(
  reference: string,
  sources: PolicySources,
  fleet: Fleet,
): Promise<Result> {
  const { certificates, policyFor, clock } = fleet;
  const certificate = await certificates.find(reference);
  if (!certificate) return notFound(reference);
  const { order, record } = certificate;
  const { expirationDate, policy, nextAction } = project(certificate, clock.now(), policyFor);
  const forecast = await forecastFleet({ reference, years: LONGEST_TERM, by: "month" }, fleet);
  const remainder = forecast?.remainder ?? null;
  const currency = Object.keys(forecast?.policies[0]?.totals.cost ?? {})[0] ?? "";
  const layers = [...layersOf(order.product, sources), certificateLayer(record.terms.policy)];
  const verdict = decide(layers);
  const lead =
    policy.effectiveBeforeDays < policy.beforeDays
      ? `${policy.effectiveBeforeDays} days instead of ${policy.beforeDays}: at most half of a certificate's life, and of its successor's`
      : `${policy.effectiveBeforeDays} days`;
  const facts = [
    ["Lead time", expirationDate ? lead : `${policy.beforeDays} days; nothing is issued yet`],
    ["Expiration date", expirationDate ?? "–"],
    ["Next", nextAction ? `${nextAction.kind} ${timeText(nextAction.at)}` : "nothing is planned"],
    ...(remainder ? [["Remainder", remainderText(remainder, currency)]] : []),
  ];
  const own = record.terms.remainder;
  const rest =
    own === undefined
      ? remainderIn(sources.file, order.product)
      : { value: own, where: "its order, or a later change" };
  const title = `${reference}  ${order.domain}  ${order.product}`;
  const text = `${title}\n\n${layersTable(layers, verdict)}\n\n${inForce(verdict)}${restInForce(rest)}\n\n${table([], facts)}`;
  const { effectiveBeforeDays } = policy;
  const json = { reference, product: order.product, ...asJson(layers, verdict) };
  return {
    ending: "done",
    text,
    listed: layersOfJson(json),
    json: { ...json, effectiveBeforeDays, expirationDate, nextAction, remainderSetting: rest, remainder },
  };
}

function layersOf(service: string, { settings, file }: PolicySources): PolicyLayer[] {
  const own = productLayers(file).get(service.toLowerCase());
  return [...policyLayers(settings, file), ...(own ? [own] : [])];
}

function certificateLayer(own: OwnPolicy | undefined): PolicyLayer {
  const where = "its order, or a later change";
  return {
    source: "certificate",
    ...(own?.mode !== undefined && { mode: { value: own.mode, where } }),
    ...(own?.beforeDays !== undefined && { beforeDays: { value: own.beforeDays, where } }),
  };
}

/** As the product table spells it; the file may spell it otherwise. */
function nameOf(service: string): string {
  return findProduct(service)?.service ?? service;
}

/** Weakest first, as each may be overruled by the next; a star marks the value that counts. */
function layersTable(layers: readonly PolicyLayer[], verdict: PolicyVerdict): string {
  const rows = layers.map(({ source, mode, beforeDays }) => [
    source,
    places(mode?.where, beforeDays?.where),
    mode ? `${mode.value}${star(verdict.mode.source === source)}` : "–",
    beforeDays ? `${beforeDays.value}${star(verdict.beforeDays.source === source)}` : "–",
  ]);
  return table(["SOURCE", "WHERE", "MODE", "DAYS BEFORE"], rows);
}

/** `certfleet.yaml:7, 8` where both stand in one file. */
function places(first: string | undefined, second: string | undefined): string {
  if (!first || !second || first === second) return first ?? second ?? "–";
  const file = first.slice(0, first.lastIndexOf(":") + 1);
  return `${first}, ${second.startsWith(file) ? second.slice(file.length) : second}`;
}

function star(wins: boolean): string {
  return wins ? " *" : "";
}

function inForce({ mode, beforeDays, source }: PolicyVerdict): string {
  const before = `${beforeDays.value} ${beforeDays.value === 1 ? "day" : "days"} before a certificate ends`;
  // A lead that no limit in force today or later cuts needs no more words.
  const halved =
    beforeDays.value > SHORTEST_HALF
      ? ", but not before half of its life is over, nor earlier than half of the life that its successor may have"
      : "";
  const meaning = {
    auto: `auto: it is reissued ${before}${halved}`,
    manual: `manual: the customer is told ${before}${halved}`,
    none: "none: nothing happens before a certificate ends",
  };
  return `* In force (source: ${source}): ${meaning[mode.value]}.`;
}

/** A line of its own where somebody set it: as a rule every day that is paid for is bought. */
function restInForce({ value, where }: Said<RemainderSetting>): string {
  if (where === BUILT_IN) return "";
  const days = giveUpDaysOf(value);
  const what =
    days === 0
      ? "a last purchase is made however few days it covers"
      : `a last purchase that covers fewer than ${days} days is not made, and the customer is told`;
  return `\n* Remainder (${where}): ${what}.`;
}

function productsTable(products: readonly (PolicyVerdict & { product: string })[]): string {
  const said = ({ value, source, where }: PolicyVerdict["mode"] | PolicyVerdict["beforeDays"]): string =>
    source === "product" ? `${value} (${where})` : `${value} (from ${source})`;
  const rows = products.map(({ product, mode, beforeDays }) => [product, said(mode), said(beforeDays)]);
  return rows.length > 0 ? table(["PRODUCTS WITH A POLICY", "MODE", "DAYS BEFORE"], rows) : "";
}

function asJson(layers: readonly PolicyLayer[], verdict: PolicyVerdict) {
  const shown = layers.map(({ source, mode = null, beforeDays = null }) => ({ source, mode, beforeDays }));
  return { layers: shown, ...verdict };
}

function layersOfJson({ layers }: Pick<ReturnType<typeof asJson>, "layers">): Listed {
  return listedFields(layers, "source mode.value beforeDays.value", "mode.where beforeDays.where");
}
