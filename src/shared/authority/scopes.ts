// What somebody may do at Certfleet: scopes of API keys, and the roles of console users, each a list of scopes.

/** Names never change: callers, keys and the configuration file hold them. */
export const scopes = [
  "certificates:read",
  "certificates:write",
  "money:decide",
  "notifications:send",
  "notifications:any",
  "accounts:read",
  "webhooks:read",
  "webhooks:write",
  "operate",
  "metrics:read",
  "admin",
] as const;

export type Scope = (typeof scopes)[number];

/** What each scope permits, for the documents and for people. */
export const scopeTexts: Record<Scope, string> = {
  "certificates:read": "read orders, certificates and their files",
  "certificates:write": "order, reissue, correct the CSR, change approver, method, policy and contacts",
  "money:decide": "decide on a parked purchase, extend, cancel",
  "notifications:send": "send mails to the customer or the operator mailbox of an order or account",
  "notifications:any": "send mails to any address",
  "accounts:read": "read accounts, balances, products and the forecast",
  "webhooks:read": "read webhook endpoints and what was delivered to them",
  "webhooks:write": "add, change, test and remove webhook endpoints, have events delivered once more",
  operate: "read jobs, have accounts checked, clear bounced addresses, use switches and the ledger",
  "metrics:read": "read /metrics",
  admin: "everything, keys, people and the audit trail included",
};

/** What a key of the configuration file may do that names no scopes. */
export const defaultScopes: readonly Scope[] = ["certificates:read", "certificates:write", "accounts:read"];

const viewer: readonly Scope[] = ["certificates:read", "accounts:read", "metrics:read"];
const operator: readonly Scope[] = [...viewer, "certificates:write", "notifications:send", "operate"];

/** Of console users. Each role may do what the one before it may. */
export const roles = {
  viewer,
  operator,
  money: [...operator, "money:decide"],
  admin: ["admin"],
} satisfies Record<string, readonly Scope[]>;

export type Role = keyof typeof roles;

/** Whether `held` permit what `needed` names. `admin` permits everything, `notifications:any` sending as well. */
export function allows(held: readonly Scope[], needed: Scope): boolean {
  if (held.includes("admin") || held.includes(needed)) return true;
  return needed === "notifications:send" && held.includes("notifications:any");
}
