// Where eNom is and who asks there: addresses that a password may be sent to, and one login at a host.
import { z } from "zod";

/**
 * What is wrong with it, in parts of a sentence that show nothing of it, since it may hold a password; empty when
 * nothing is.
 */
export function apiUrlFaults(text: string): string[] {
  return URL.canParse(text) ? faultsOf(new URL(text)) : ["it is no URL"];
}

/** https (http only on loopback, for the pretended eNom), without user info, query and fragment. */
export const apiUrl = z.string().superRefine((text, { addIssue }) => {
  const faults = apiUrlFaults(text);
  if (faults.length > 0) addIssue({ code: "custom", message: faults.join(", ") });
});

/** https, or http on this machine. The URL parser has made one form of `127.1`, `0x7f.1` and `LOCALHOST` before. */
export function isPrivateWay({ protocol, hostname }: URL): boolean {
  const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return protocol === "https:" || (protocol === "http:" && loopback);
}

/** A name's last dot fits no certificate (RFC 6066, 3). */
function faultsOf(url: URL): string[] {
  return [
    isPrivateWay(url) ? "" : "it must begin with https:",
    url.hostname.endsWith(".") ? "its host must not end with a dot" : "",
    url.username || url.password ? "it must not hold a user name or password" : "",
    url.search ? "it must not hold a query" : "",
    url.hash ? "it must not hold a fragment" : "",
  ].filter((fault) => fault !== "");
}

/** Hosts and user names mean the same in any case. Ledgers are bound to this text: it never changes. */
export function enomLogin({ apiUrl, username }: { apiUrl: string; username: string }): string {
  return `${URL.parse(apiUrl)?.hostname ?? apiUrl} ${username.toLowerCase()}`;
}
