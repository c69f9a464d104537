// The address that mails name instead of carrying the certificate: the operator's own customer area, checked, and
// filled in for one order.
import { z } from "zod";
import { isPrivateWay } from "./enom-address.ts";

/**
 * `templates.certificateLink`: https (http only on this machine), with `{reference}` and `{domain}` anywhere behind the
 * host.
 */
export const certificateLink = z
  .string()
  .max(300)
  .regex(
    /^https?:\/\/(?:[!-z|~]|\{(?:reference|domain)\})+$/,
    "must be an https address in ASCII, such as https://my.provider.example/ssl/{reference}; its placeholders are {reference} and {domain}, no others",
  )
  .superRefine((text, { addIssue }) => {
    for (const message of faultsOf(URL.parse(text))) addIssue({ code: "custom", message });
  });

/** The pattern of a fleet that links its certificates; nothing where mails carry them. */
export function linkToOf(settings: {
  certificate?: "attach" | "link" | undefined;
  certificateLink?: string | undefined;
}): string | undefined {
  return settings.certificate === "link" ? settings.certificateLink : undefined;
}

/**
 * Values are percent-encoded: whatever an order is called, the address leads where the operator wrote (RFC 3986, 2.3).
 */
export function filledLink(pattern: string, values: { reference: string; domain: string }): string {
  return pattern.replace(/\{(reference|domain)\}/g, (_all, name: keyof typeof values) => encoded(values[name]));
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
}

function faultsOf(url: URL | null): string[] {
  if (!url) return ["it is no URL"];
  return [
    isPrivateWay(url) ? "" : "it must begin with https:",
    url.username || url.password ? "it must not hold a user name or password" : "",
    url.host.includes("{") ? "its host must not hold a placeholder" : "",
  ].filter((fault) => fault !== "");
}
