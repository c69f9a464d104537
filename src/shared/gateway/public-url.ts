// Where people and programs outside reach the gateway, when a proxy stands in front of it: scheme, host and base path.
import { z } from "zod";

/** The first steps of paths that the gateway answers itself: a base path that began so would hide them. */
const OWN_PATHS = [
  ...["v1", "queues", "docs", "templates", "sign-in", "sign-out", "metrics", "healthz", "readyz", "console"],
  ...["certificates", "certificates.csv", "accounts", "mails", "webhooks", "forecast", "fleet", "audit", "people"],
];

export interface PublicUrl {
  /** `https://fleet.example.com`, with the port where it is not the scheme's. */
  origin: string;
  /** `fleet.example.com:8443`, as in a Host header. */
  host: string;
  /** `/certs`, or nothing; never with a slash at its end. */
  base: string;
  isSecure: boolean;
}

/** `https://fleet.example.com/certs` as its parts. */
export const publicUrl = z.string().transform((text, context): PublicUrl => {
  const read = readPublicUrl(text);
  if (typeof read !== "string") return read;
  context.addIssue({ code: "custom", message: read });
  return z.NEVER;
});

/** The parts, or what is wrong, without the value. */
function readPublicUrl(text: string): PublicUrl | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    return "must be an address such as https://fleet.example.com/certs";
  if (url.username || url.password) return "must hold no user and no password";
  if (url.search || url.hash || text.includes("?") || text.includes("#")) return "must end with its path";
  const base = url.pathname.replace(/\/+$/, "");
  if (!/^(\/[A-Za-z0-9._~-]+)*$/.test(base)) return "its path may hold letters, digits and . _ ~ - only";
  if (OWN_PATHS.includes(base.split("/")[1] ?? ""))
    return `its path must not begin with /${base.split("/")[1]}, which the gateway answers itself`;
  return { origin: url.origin, host: url.host, base, isSecure: url.protocol === "https:" };
}

/** An address of ours, as it is written into pages, answers and cookies: with the base path in front. */
export function pathOf(url: PublicUrl | undefined, path: string): string {
  return `${url?.base ?? ""}${path}`;
}

/** What the router sees of what was asked: a proxy takes the base path off, or leaves it on. */
export function withoutBase(url: PublicUrl | undefined, asked: string): string {
  const base = url?.base ?? "";
  if (base === "" || !asked.startsWith(base)) return asked;
  const rest = asked.slice(base.length);
  if (rest.startsWith("/")) return rest;
  return rest === "" || rest.startsWith("?") ? `/${rest}` : asked;
}
