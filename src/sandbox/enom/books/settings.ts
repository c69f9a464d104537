// What can be turned in the pretended eNom: who may come in, what owners do, how fast things go, and which doubtful
// forms it uses.
import type { Clock } from "../../../shared/base/clock.ts";
import type { Zone } from "./calendar.ts";

export interface Timings {
  /** Status 2 → 4, GeoTrust family. */
  processingMs: number;
  /** Status 9 → 10, Comodo family: how long the owner takes. */
  ownerMs: number;
  /** Status 10 → 4, and a reissue that needs no owner. */
  issueMs: number;
  /** Until a reissue that the owner is asked for replaces the certificate. */
  reissueMs: number;
  /** How much longer than others a CA takes that is slow on demand, and a chain that comes late. */
  slowMs: number;
  /** How long a new slot stays out of CertGetCerts. */
  listLagMs: number;
  /** How long a new order stays out of GetOrderList, GetTransHistory and the `Balance` (not `AvailableBalance`). */
  orderLagMs: number;
}

/** Approve what is asked of them, never react, or refuse (status 6). */
export type Owner = "approves" | "silent" | "refuses";

/** Forms that no source settles. A client must work with every one. (eNom API, "not confirmed") */
export interface Variants {
  /** PurchaseServices answers `CertID`, `OrderID` instead of `certid`, `orderid`. */
  upperCaseIds: boolean;
  /** DomainName shows after CertConfigureCert already, not only after CertPurchaseCert. */
  domainNameAfterConfigure: boolean;
  /** CertModifyOrder leaves the domain in place. */
  domainNameAfterModify: boolean;
  /** A second CertPurchaseCert in 2 or 9 is accepted with the same number instead of refused. */
  secondSubmission: boolean;
  insufficientFundsForm: "524181" | "519181" | "724181" | "text-only";
  unknownServiceForm: "304220" | "316274";
  unknownCertForm: "316397" | "304397" | "713397";
  wrongStatusForm: "706397" | "304397";
  trackingKey: boolean;
  approvers: "generic" | "one-generic" | "with-domain";
  chainIn: "CACerts" | "IntermediateCertificates";
  /** A reissue shows status 4 all the time instead of 2 meanwhile. */
  reissueKeepsStatus: boolean;
  /** Server time is US Pacific; false: UTC. */
  pacificTime: boolean;
  /**
   * A reissue is issued after `issueMs` without the owner, as long as the last validation may be used again; else the
   * owner is asked each time.
   */
  reusesValidation: boolean;
  /** What DNSAuthType says of the record; `unsaid`: the element is not there. */
  dnsType: "unsaid" | "TXT" | "CNAME";
}

/**
 * Calls that get lost on their way, half of them after their effect and half before. Faults that a test queued go
 * first.
 */
export interface Losses {
  /** 0 none … 1 every call. */
  rate: number;
  /** From 0 up to but not including 1; a seeded one replays a run. Default `Math.random`. */
  random?: () => number;
  /** Only these, in lower case; all without. */
  commands?: ReadonlySet<string>;
}

/** Every call that takes effect is answered this many milliseconds later, evenly spread. */
export interface Latency {
  min: number;
  max: number;
  /** As in `Losses`. */
  random?: () => number;
}

export interface Settings {
  owner: Owner;
  /** When the owners last changed their mind: what they left lying is only picked up from then on. */
  readonly ownerSince: Date;
  timings: Timings;
  variants: Variants;
  username: string;
  password: string;
  /** false: every login is refused as a wrong one. */
  loginWorks: boolean;
  /** false: the caller's address is not on the allow-list. */
  allowedAddress: boolean;
  /** `Service` codes that this reseller may not sell, lower case. */
  disabledServices: Set<string>;
  /** CertGetCerts gives no more entries a page, whatever it is asked for. */
  largestPage: number;
  /** null: nothing gets lost by chance. */
  losses: Losses | null;
  /** null: answers as fast as it can. */
  latencyMs: Latency | null;
  /**
   * Orders of the fleet that are not bought yet. eNom's purchase names no domain: what is played at a purchase is
   * looked up here. null: nothing is.
   */
  acceptedOrders: (() => Promise<readonly AcceptedOrder[]>) | null;
}

/** An order that the fleet has accepted and not bought yet. */
export interface AcceptedOrder {
  reference: string;
  domain: string;
  /** `Service` code; compared without regard to case. */
  product: string;
}

export interface SettingsOptions {
  username?: string;
  password?: string;
  owner?: Owner;
  timings?: Partial<Timings>;
  variants?: Partial<Variants>;
  /** Default 250. (eNom API, CertGetCerts) */
  largestPage?: number;
  losses?: Losses | null;
  latencyMs?: Latency | null;
}

const TIMINGS: Timings = {
  processingMs: 300,
  ownerMs: 300,
  issueMs: 200,
  reissueMs: 300,
  slowMs: 60_000,
  listLagMs: 0,
  orderLagMs: 0,
};

const VARIANTS: Variants = {
  upperCaseIds: false,
  domainNameAfterConfigure: true,
  domainNameAfterModify: false,
  secondSubmission: false,
  insufficientFundsForm: "524181",
  unknownServiceForm: "304220",
  unknownCertForm: "316397",
  wrongStatusForm: "706397",
  trackingKey: true,
  approvers: "generic",
  chainIn: "CACerts",
  reissueKeepsStatus: false,
  pacificTime: true,
  reusesValidation: false,
  dnsType: "unsaid",
};

/** The settings a sandbox starts with; all but `ownerSince` may be changed while it runs. */
export function startingSettings(options: SettingsOptions, clock: Clock): Settings {
  let owner = options.owner ?? "approves";
  let ownerSince = new Date(0);
  return {
    get owner() {
      return owner;
    },
    set owner(will) {
      if (will !== owner) ownerSince = clock.now();
      owner = will;
    },
    get ownerSince() {
      return ownerSince;
    },
    timings: { ...TIMINGS, ...options.timings },
    variants: { ...VARIANTS, ...options.variants },
    username: options.username ?? "sandbox",
    password: options.password ?? "sandbox-password",
    loginWorks: true,
    allowedAddress: true,
    disabledServices: new Set(),
    largestPage: options.largestPage ?? 250,
    losses: options.losses ?? null,
    latencyMs: options.latencyMs ?? null,
    acceptedOrders: null,
  };
}

export function serverZone({ variants }: Settings): Zone {
  return variants.pacificTime ? "America/Los_Angeles" : "UTC";
}
