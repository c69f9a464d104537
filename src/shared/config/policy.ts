// Which reissue policy holds for a certificate, and who says so; weakest first: default, billmgr.conf, file,
// environment, product, certificate.

import { createHash } from "node:crypto";
import {
  type EffectivePolicy,
  giveUpDaysOf,
  type Policy,
  type PolicyFor,
  type RemainderSetting,
} from "../subscription/policy.ts";
import { readBillmgrConf } from "./billmgr-conf.ts";
import type { FleetFile } from "./fleet-file.ts";

export interface PolicySettings {
  SSL_SUBSCRIPTION_POLICY?: Policy["mode"] | undefined;
  SSL_SUBSCRIPTION_BEFORE?: number | undefined;
  BILLMGR_CONF?: string | undefined;
}

/** What the configuration file gives to it. */
export type PolicyFile = Pick<FleetFile, "policy" | "products" | "whereIs"> & Partial<Pick<FleetFile, "remainder">>;

type Source = EffectivePolicy["source"];

/** Where nobody says anything. */
export const BUILT_IN = "built in";

/** A value and where it is written: `certfleet.yaml:7`, `/etc/billmgr.conf:12`, a setting's name. */
export interface Said<T> {
  value: T;
  where: string;
}

/** What one source says; it may say nothing. */
export interface PolicyLayer {
  source: Source;
  mode?: Said<Policy["mode"]> | undefined;
  beforeDays?: Said<number> | undefined;
}

/** Whose word counts for each value; `source` is the strongest that says anything. */
export interface PolicyVerdict {
  mode: Said<Policy["mode"]> & { source: Source };
  beforeDays: Said<number> & { source: Source };
  source: Source;
}

/**
 * The policy of each product: what the strongest source says, completed from the weaker ones. Everything is read once,
 * here.
 * @throws Error listing what is wrong in billmgr.conf
 */
export function policyFor(settings: PolicySettings, file: PolicyFile): PolicyFor {
  const general = policyLayers(settings, file);
  const fallback = effective(general);
  const own = new Map([...productLayers(file)].map(([service, layer]) => [service, effective([...general, layer])]));
  const rests = new Map([...own.keys()].map((service) => [service, giveUpDaysOf(remainderIn(file, service).value)]));
  const rest = giveUpDaysOf(file.remainder);
  return (service) => {
    const held = own.get(service.toLowerCase()) ?? fallback;
    const giveUpDays = rests.get(service.toLowerCase()) ?? rest;
    return giveUpDays === 0 ? held : { ...held, giveUpDays };
  };
}

/** What the file says of remainders: of the product, else of the fleet, else `buy`. Of two entries the first counts. */
export function remainderIn(file: PolicyFile, service?: string): Said<RemainderSetting> {
  const i = file.products.findIndex((each) => each.service.toLowerCase() === service?.toLowerCase());
  const own = file.products[i]?.remainder;
  if (own !== undefined) return { value: own, where: file.whereIs(["products", i, "remainder"]) };
  if (file.remainder !== undefined) return { value: file.remainder, where: file.whereIs(["remainder"]) };
  return { value: "buy", where: BUILT_IN };
}

/** The sources that hold for every certificate, weakest first. @throws Error as `policyFor` */
export function policyLayers(settings: PolicySettings, file: PolicyFile): PolicyLayer[] {
  const { SSL_SUBSCRIPTION_POLICY: mode, SSL_SUBSCRIPTION_BEFORE: beforeDays, BILLMGR_CONF: conf } = settings;
  return [
    DEFAULT,
    conf ? billmgrLayer(conf) : { source: "billmgr.conf" },
    fileLayer("config", file.policy, (name) => file.whereIs(["policy", name])),
    {
      source: "environment",
      mode: said(mode, () => "SSL_SUBSCRIPTION_POLICY"),
      beforeDays: said(beforeDays, () => "SSL_SUBSCRIPTION_BEFORE"),
    },
  ];
}

/**
 * What the configuration file says of single products, by `Service` in small letters; of two entries the first counts.
 */
export function productLayers(file: PolicyFile): Map<string, PolicyLayer> {
  const layers = new Map<string, PolicyLayer>();
  for (const [i, { service, policy }] of file.products.entries()) {
    const layer = fileLayer("product", policy, (name) => file.whereIs(["products", i, "policy", name]));
    if (!layers.has(service.toLowerCase())) layers.set(service.toLowerCase(), layer);
  }
  return layers;
}

/** For each value the strongest source that gives it. `layers`: weakest first. */
export function decide(layers: readonly PolicyLayer[]): PolicyVerdict {
  const { source, mode, beforeDays } = DEFAULT;
  let verdict: PolicyVerdict = { mode: { ...mode, source }, beforeDays: { ...beforeDays, source }, source };
  for (const layer of layers) {
    verdict = {
      mode: layer.mode ? { ...layer.mode, source: layer.source } : verdict.mode,
      beforeDays: layer.beforeDays ? { ...layer.beforeDays, source: layer.source } : verdict.beforeDays,
      source: layer.mode || layer.beforeDays ? layer.source : verdict.source,
    };
  }
  return verdict;
}

/**
 * Sixteen hexadecimal digits that change when the policy of any certificate may have changed, and what was computed by
 * it must be computed anew. Where a value is written, and in which order, does not count.
 * @throws Error as `policyFor`
 */
export function policyDigest(settings: PolicySettings, file: PolicyFile): string {
  const general = policyLayers(settings, file);
  const line = (name: string, layers: readonly PolicyLayer[]): string => {
    const { mode, beforeDays } = effective(layers);
    const rest = giveUpDaysOf(remainderIn(file, name).value);
    return `${name} ${mode} ${beforeDays}${rest > 0 ? ` ${rest}` : ""}`;
  };
  const products = [...productLayers(file)].map(([service, layer]) => line(service, [...general, layer]));
  const lines = [line("", general), ...products.sort()];
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16);
}

const DEFAULT = {
  source: "default",
  mode: { value: "auto", where: BUILT_IN },
  beforeDays: { value: 10, where: BUILT_IN },
} satisfies PolicyLayer;

function effective(layers: readonly PolicyLayer[]): EffectivePolicy {
  const { mode, beforeDays, source } = decide(layers);
  return { mode: mode.value, beforeDays: beforeDays.value, source };
}

function billmgrLayer(path: string): PolicyLayer {
  const { mode, beforeDays } = readBillmgrConf(path);
  return {
    source: "billmgr.conf",
    mode: said(mode?.value, () => `${path}:${mode?.line}`),
    beforeDays: said(beforeDays?.value, () => `${path}:${beforeDays?.line}`),
  };
}

function fileLayer(
  source: "config" | "product",
  given: PolicyFile["policy"],
  whereIs: (name: keyof Policy) => string,
): PolicyLayer {
  return {
    source,
    mode: said(given?.mode, () => whereIs("mode")),
    beforeDays: said(given?.beforeDays, () => whereIs("beforeDays")),
  };
}

function said<T>(value: T | undefined, where: () => string): Said<T> | undefined {
  return value === undefined ? undefined : { value, where: where() };
}
