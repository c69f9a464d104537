// Every metric of Certfleet: name, kind, labels, and what it says. docs/reference/metrics.md is made from this table, and
// what deploy/monitoring names must stand here. No label is ever a reference, a domain or a customer.

export interface Definition {
  type: "gauge" | "counter" | "histogram";
  help: string;
  labels: readonly string[];
  /**
   * Who shows it. `fleet`: the gateway, read from Redis at each scrape; every gateway says the same. `gateway`, `worker`:
   * the process that did the work, since its start. `process`: each process of itself.
   */
  of: "fleet" | "gateway" | "worker" | "process";
  /** Which part of the dashboard it belongs to. */
  about: "people" | "money" | "flow" | "outside" | "machines";
  /** Upper bounds of a histogram, in seconds. */
  buckets?: readonly number[];
}

const SHORT = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const ANSWERS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
/** From a second to a week: a validation waits for a person. */
const STAGES = [1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 259_200, 604_800];

const fleet = { type: "gauge", of: "fleet", labels: [] } as const;

export const definitions = {
  certfleet_attention_orders: {
    ...{ ...fleet, about: "people", labels: ["code"] },
    help: "Orders that need attention, by attention code",
  },
  certfleet_certificates: {
    ...{ ...fleet, about: "people", labels: ["status"] },
    help: "Certificates by status",
  },
  certfleet_certificates_expiring: {
    ...{ ...fleet, about: "people", labels: ["within"] },
    help: "Certificates that end within so many days, and have not ended yet",
  },
  certfleet_certificate_next_expiry_timestamp_seconds: {
    ...{ ...fleet, about: "people" },
    help: "When the next certificate ends, as a Unix time; 0 when none is issued",
  },
  certfleet_troubles: {
    ...{ ...fleet, about: "people", labels: ["code"] },
    help: "What is wrong with accounts or the fleet now, by code: accounts that have it, or 1 for the fleet",
  },

  certfleet_ledger_frozen: {
    ...{ ...fleet, about: "money", labels: ["account"] },
    help: "1 when the ledger of the account is frozen: nothing is bought",
  },
  certfleet_purchases_total: {
    ...{ type: "counter", of: "worker", about: "money", labels: ["account", "outcome"] },
    help: "Purchases sent to eNom by how they ended; found is one of unknown outcome that turned out to be bought",
  },
  certfleet_purchases_in_air: {
    ...{ ...fleet, about: "money", labels: ["account"] },
    help: "Purchases that were sent and whose outcome is not known yet",
  },
  certfleet_purchases_parked: {
    ...{ ...fleet, about: "money", labels: ["account"] },
    help: "Purchases of unknown outcome that wait for a person's decision",
  },
  certfleet_account_balance: {
    ...{ ...fleet, about: "money", labels: ["account", "currency"] },
    help: "Balance that can be spent, as last read; NaN before the first reading",
  },
  certfleet_account_balance_minimum: {
    ...{ ...fleet, about: "money", labels: ["account", "currency"] },
    help: "Balance that must stay on the account; 0 when no minimum is set",
  },
  certfleet_account_balance_age_seconds: {
    ...{ ...fleet, about: "money", labels: ["account"] },
    help: "How long ago the balance was read; NaN before the first reading",
  },
  certfleet_account_runway_seconds: {
    ...{ ...fleet, about: "money", labels: ["account"] },
    help: "How long the balance pays for what is ordered and planned, at most the 90 days of the plan; NaN while not known",
  },
  certfleet_spent_total: {
    ...{ type: "counter", of: "worker", about: "money", labels: ["account", "currency"] },
    help: "Money spent on purchases that are known to be made (outcomes bought and found)",
  },

  certfleet_order_stage_duration_seconds: {
    ...{ type: "histogram", of: "worker", about: "flow", labels: ["stage"], buckets: STAGES },
    help: "How long certificates took for each stage, waiting included",
  },
  certfleet_orders_overdue: {
    ...{ ...fleet, about: "flow", labels: ["queue"] },
    help: "Work that has been due for over a minute: orders by their next step (queue open) or reissue, mails and readings of balances by their jobs",
  },
  certfleet_queue_oldest_due_seconds: {
    ...{ ...fleet, about: "flow", labels: ["queue"] },
    help: "How long the oldest work of the queue has been due and not begun; 0 when there is none",
  },
  certfleet_last_sweep_timestamp_seconds: {
    ...{ ...fleet, about: "flow" },
    help: "When the policy last looked at everything that is due, as a Unix time; 0 before the first time",
  },
  certfleet_workers_alive: {
    ...{ ...fleet, about: "flow", labels: ["queue"] },
    help: "Worker processes of the queue that gave a sign of life within the last minute",
  },

  certfleet_enom_requests_total: {
    ...{ type: "counter", of: "worker", about: "outside", labels: ["account", "command", "outcome"] },
    help: "Requests to eNom by how they ended",
  },
  certfleet_enom_request_duration_seconds: {
    ...{ type: "histogram", of: "worker", about: "outside", labels: ["account", "command"], buckets: ANSWERS },
    help: "How long requests to eNom took, from the first byte to the end of the answer",
  },
  certfleet_enom_breaker_open: {
    ...{ ...fleet, about: "outside", labels: ["account"] },
    help: "1 while requests to eNom are paused because it did not respond several times in a row",
  },
  certfleet_mails_total: {
    ...{ type: "counter", of: "worker", about: "outside", labels: ["template", "outcome"] },
    help: "Tries to hand a mail to the mail server, by how they ended",
  },
  certfleet_webhook_deliveries_total: {
    ...{ type: "counter", of: "worker", about: "outside", labels: ["outcome"] },
    help: "Tries to deliver an event to a webhook endpoint, by how they ended",
  },
  certfleet_webhook_oldest_due_seconds: {
    ...{ ...fleet, about: "outside" },
    help: "How long the oldest event that a webhook endpoint has not got has been due; 0 when there is none",
  },
  certfleet_webhook_endpoints: {
    ...{ ...fleet, about: "outside", labels: ["state"] },
    help: "Webhook endpoints by state; failing ones are tried again, those that are off get nothing",
  },
  certfleet_redis_durable: {
    ...{ type: "gauge", of: "worker", about: "outside", labels: [] },
    help: "1 when Redis keeps what it acknowledges, as processes that buy see it; otherwise nothing is bought",
  },
  certfleet_journal_writable: {
    ...{ type: "gauge", of: "worker", about: "outside", labels: [] },
    help: "1 when the money journal takes lines, as processes that buy see it; otherwise nothing is bought",
  },

  http_request_duration_seconds: {
    ...{ type: "histogram", of: "gateway", about: "machines", labels: ["method", "route", "status"], buckets: SHORT },
    help: "How long HTTP requests took, by the pattern of the route",
  },
  certfleet_unreadable_jobs_total: {
    ...{ ...fleet, type: "counter", about: "machines", labels: ["queue"] },
    help: "Jobs that were refused because they are no JSON or of another version",
  },
  certfleet_backup_last_timestamp_seconds: {
    ...{ ...fleet, about: "machines" },
    help: "When the last backup was made, as a Unix time; 0 before the first",
  },
  certfleet_build_info: {
    ...{ type: "gauge", of: "process", about: "machines", labels: ["version", "node"] },
    help: "Always 1: which version the process runs",
  },
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof definitions;
type Table = typeof definitions;
/** Names of one type, and of one origin where that is given. */
export type NameOf<T extends Definition["type"], O extends Definition["of"] = Definition["of"]> = {
  [N in MetricName]: Table[N]["type"] extends T ? (Table[N]["of"] extends O ? N : never) : never;
}[MetricName];
export type LabelOf<N extends MetricName> = Table[N]["labels"][number];
export type LabelsOf<N extends MetricName> = Readonly<Record<LabelOf<N>, string>>;

/** How a purchase ended, as `certfleet_purchases_total` counts it. */
export const purchaseOutcomes = ["bought", "found", "rejected", "not-sent", "unknown"] as const;
export type PurchaseResult = (typeof purchaseOutcomes)[number];

/** How a try to send a mail ended. `uncertain`: the mail server's answer was lost. */
export const mailOutcomes = ["accepted", "deferred", "rejected", "uncertain"] as const;
export type MailResult = (typeof mailOutcomes)[number];

/** How a try to deliver an event ended. `gave-up`: the last one. */
export const deliveryOutcomes = ["delivered", "failed", "gave-up"] as const;
export type DeliveryResult = (typeof deliveryOutcomes)[number];

/** What an order goes through; `total` is from the order to its certificate. */
export const stages = ["purchase", "configure", "submit", "validate", "reissue", "total"] as const;
export type Stage = (typeof stages)[number];

/** Each with its days. */
export const withins = { "3d": 3, "10d": 10, "30d": 30 } as const;
