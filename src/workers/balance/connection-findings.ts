// What is said about each cause of a failed connection check: what was found, and what to do about it. In the departments' other languages
// the advice is in `templates/parts/advice.*`.

import type { Cause } from "../../shared/account/connection-check.ts";
import { LOGIN_TAKEN_OVER } from "../../shared/certificate/attention.ts";
import type { Trouble } from "../enom/commands/commands.ts";

/** Where it was found. */
export interface Place extends Trouble {
  host: string;
  account: string;
}

interface Found {
  /** Goes on a sentence. */
  says: (place: Place) => string;
  advice: (place: Place) => string;
  /** It may go well the next time although nobody does anything. */
  passes: boolean;
}

const WAIT = "The fleet goes on by itself as soon as eNom answers.";
const IF_DOWN = "If eNom itself is down, nothing: the fleet goes on by itself as soon as it answers.";
const ITS_URL = "the account's apiUrl (ENOM_API_URL)";

export const findings: Record<Cause, Found> = {
  "name-not-resolved": {
    says: ({ host, detail }) => `the name ${host} is not resolved (${detail}).`,
    advice: ({ host }) => `Look for a slip in ${ITS_URL}, then at this machine's DNS: getent hosts ${nameIn(host)}`,
    passes: true,
  },
  "connection-refused": {
    says: ({ host, detail }) => `${host} refuses the connection (${detail}).`,
    advice: () => `Check host and port of ${ITS_URL}, and that no firewall rejects outgoing connections. ${IF_DOWN}`,
    passes: true,
  },
  unreachable: {
    says: ({ host, detail }) => `no route leads to ${host} (${detail}).`,
    advice: () => "Check this machine's network: cable, routes, and IPv6 where it is only half set up.",
    passes: true,
  },
  "connect-timed-out": {
    says: ({ host, detail }) => `${host} does not take the connection: time-out (${detail}).`,
    advice: ({ host }) => `Mostly a firewall that drops packets: let this machine out to ${host}. ${IF_DOWN}`,
    passes: true,
  },
  "answer-timed-out": {
    says: ({ host, detail }) => `${host} takes the connection and does not answer: time-out (${detail}).`,
    advice: () => `eNom is overloaded, or something on the way holds the connection. ${WAIT} If it lasts, ask eNom.`,
    passes: true,
  },
  "connection-lost": {
    says: ({ host, detail }) => `${host} closed the connection before its answer was whole (${detail}).`,
    advice: () => `${WAIT} If it lasts, look for a firewall or proxy that cuts connections.`,
    passes: true,
  },
  "tls-untrusted": {
    says: ({ host, detail }) =>
      `TLS: nobody whom this machine trusts has signed the certificate of ${host} (${detail}).`,
    advice: () =>
      "Most likely a proxy reads along: have it let eNom's host through, or name its CA in NODE_EXTRA_CA_CERTS if it is your own.",
    passes: false,
  },
  "tls-wrong-name": {
    says: ({ host, detail }) => `TLS: the certificate shown is not one for ${host} (${detail}).`,
    advice: () => `Somebody else answers: check the host of ${ITS_URL}, this machine's DNS and /etc/hosts.`,
    passes: false,
  },
  "tls-expired": {
    says: ({ host, detail }) => `TLS: the certificate of ${host} is not valid now (${detail}).`,
    advice: () => "Check this machine's clock first. If it is right, the other side must renew its certificate.",
    passes: false,
  },
  "tls-failed": {
    says: ({ host, detail }) => `TLS: no secure connection to ${host} comes about (${detail}).`,
    advice: () => `Check that ${ITS_URL} names a port that speaks TLS (443), and that no proxy on the way breaks it.`,
    passes: false,
  },
  redirect: {
    says: ({ host, detail }) => `${host} answers with a redirect, which is not followed (${detail}).`,
    advice: () =>
      `The login page of a network or a proxy answers, or the API has moved: set ${ITS_URL} to the address eNom gives.`,
    passes: false,
  },
  "web-page": {
    says: ({ host, detail }) => `${host} answers with a page for people instead of the API (${detail}).`,
    advice: () =>
      `A proxy, the login page of a network, or eNom's maintenance page. With 500 to 504 wait; the fleet goes on by itself. Else check ${ITS_URL} and the proxy.`,
    passes: true,
  },
  "unreadable-answer": {
    says: ({ host, detail }) => `${host} does not answer as eNom does (${detail}).`,
    advice: () => `Check that ${ITS_URL} ends in /interface.asp. If it does, and it lasts, ask eNom.`,
    passes: true,
  },
  maintenance: {
    says: ({ detail }) => `eNom is under maintenance: ${detail}`,
    advice: () => `Nothing. ${WAIT}`,
    passes: true,
  },
  "login-refused": {
    says: ({ host, detail }) => `bad user name or password at ${host}: ${detail}`,
    advice: ({ account }) => `Correct user name and password of the account ${account}: ${LOGIN_TAKEN_OVER}`,
    passes: false,
  },
  "address-not-permitted": {
    says: ({ host, detail, seenAddress }) =>
      `${host} does not permit the address we come from${seenAddress ? `, ${seenAddress}` : ""}: ${detail}`,
    advice: ({ seenAddress }) =>
      seenAddress
        ? `Register ${seenAddress} at eNom (Resellers, Manage, API).`
        : "Register this machine's outgoing address at eNom (Resellers, Manage, API). eNom did not say which one it saw: behind a router or proxy it is not the machine's own.",
    passes: false,
  },
  "trouble-at-enom": {
    says: ({ detail }) => `eNom has trouble of its own: ${detail}`,
    advice: () => `${WAIT} If it lasts, ask eNom.`,
    passes: true,
  },
  refused: {
    says: ({ host, detail }) => `${host} refuses: ${detail}`,
    advice: () => "eNom's own words say why; its support knows the rest.",
    passes: false,
  },
  "budget-used-up": {
    says: ({ detail }) => `nothing was asked, ${detail}.`,
    advice: () =>
      "Check again in a moment. If it lasts, raise requestsPerSecond of the account, as far as eNom agrees.",
    passes: true,
  },
};

/** Of `host:port` the host. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, "");
}
