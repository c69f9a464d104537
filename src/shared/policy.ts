// Which reissue policy holds for a certificate whose order names none; weakest first: default, billmgr.conf, file, environment, product.
import { readFileSync } from "node:fs";
import { badSettings } from "./config.ts";
import type { FleetFile } from "./fleet-file.ts";
import type { Policy } from "./order.ts";
import type { EffectivePolicy } from "./projection.ts";

export interface PolicySettings {
  SSL_SUBSCRIPTION_POLICY?: Policy["mode"] | undefined;
  SSL_SUBSCRIPTION_BEFORE?: number | undefined;
  BILLMGR_CONF?: string | undefined;
}

export type PolicyFor = (service: string) => EffectivePolicy;

/** The strongest source that says anything wins as a whole; what it leaves out comes from the weaker ones. */
export function policyFor(settings: PolicySettings, file: FleetFile): PolicyFor {
  const { SSL_SUBSCRIPTION_POLICY: mode, SSL_SUBSCRIPTION_BEFORE: beforeDays, BILLMGR_CONF: conf } = settings;
  const layers: [EffectivePolicy["source"], { mode?: Policy["mode"] | undefined; beforeDays?: number | undefined }][] =
    [
      ["billmgr.conf", conf ? fromBillmgr(conf) : {}],
      ["config", file.policy ?? {}],
      ["environment", { ...(mode && { mode }), ...(beforeDays && { beforeDays }) }],
    ];
  let general: EffectivePolicy = { mode: "auto", beforeDays: 10, source: "default" };
  for (const [source, layer] of layers) {
    const { mode: ordered = general.mode, beforeDays: lead = general.beforeDays } = layer;
    if (Object.keys(layer).length > 0) general = { mode: ordered, beforeDays: lead, source };
  }
  return (service) => {
    const own = file.products.find((each) => each.service.toLowerCase() === service.toLowerCase())?.policy;
    return own ? { ...own, source: "product" } : general;
  };
}

/** Takes `SSLSubscriptionPolicy auto`, the same with `Option` in front, or with an equals sign; other lines are not ours. */
function fromBillmgr(path: string): Partial<Policy> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw badSettings(["BILLMGR_CONF: the file it names cannot be read"]);
  }
  const value = (name: string): string | undefined =>
    new RegExp(`^\\s*(?:Option\\s+)?${name}(?:\\s*=\\s*|\\s+)(\\S+)\\s*$`, "m").exec(text)?.[1];
  const mode = value("SSLSubscriptionPolicy");
  const before = Number(value("SSLSubscriptionBefore") ?? Number.NaN);
  return {
    ...((mode === "auto" || mode === "manual" || mode === "none") && { mode }),
    ...(Number.isInteger(before) && before >= 1 && before <= 200 && { beforeDays: before }),
  };
}
