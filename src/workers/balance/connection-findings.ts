// The text for each cause of a failed connection check: what was found, and what to do about it.
// The advice in other languages is in `templates/parts/advice.*`.

import type { Cause } from "../../shared/account/connection-check.ts";
import { LOGIN_TAKEN_OVER } from "../../shared/certificate/attention.ts";
import type { Trouble } from "../enom/commands/commands.ts";

/** Where it was found. */
export interface FoundAt extends Trouble {
  host: string;
  account: string;
}

interface Found {
  /** The end of a sentence that was begun. */
  says: (place: FoundAt) => string;
  advice: (place: FoundAt) => string;
  /** The next check may succeed although nobody does anything. */
  passes: boolean;
}

const WAIT = "Certfleet continues by itself as soon as eNom responds.";
const IF_DOWN = "If eNom itself is down, wait: Certfleet continues by itself as soon as eNom responds.";
const ITS_URL = "the account's apiUrl (ENOM_API_URL)";

export const findings: Record<Cause, Found> = {
  "proxy-unreachable": {
    says: ({ host, detail }) => `the proxy on the way to ${host} cannot be reached (${detail}).`,
    advice: ({ host }) =>
      `Check the address in ENOM_PROXY, and that the proxy runs. If ${nameIn(host)} is to be reached without it, name it in NO_PROXY.`,
    passes: true,
  },
  "proxy-refused": {
    says: ({ host, detail }) => `the proxy does not open a way to ${host} (${detail}).`,
    advice: ({ host, detail }) =>
      detail === "PROXY_LOGIN_REFUSED"
        ? "The proxy wants a login, or another one: set it in ENOM_PROXY, as http://USER:PASSWORD@HOST:PORT."
        : `Have the proxy allow CONNECT to ${host}. If eNom itself is down, wait.`,
    passes: true,
  },
  "name-not-resolved": {
    says: ({ host, detail }) => `the name ${host} cannot be resolved (${detail}).`,
    advice: ({ host }) =>
      `Look for a typing error in ${ITS_URL}. Then check this machine's DNS: getent hosts ${nameIn(host)}`,
    passes: true,
  },
  "connection-refused": {
    says: ({ host, detail }) => `${host} refuses the connection (${detail}).`,
    advice: () =>
      `Check the host and port of ${ITS_URL}. Check that no firewall rejects outgoing connections. ${IF_DOWN}`,
    passes: true,
  },
  unreachable: {
    says: ({ host, detail }) => `no route leads to ${host} (${detail}).`,
    advice: () => "Check this machine's network: cable, routes, and IPv6 if it is only half set up.",
    passes: true,
  },
  "connect-timed-out": {
    says: ({ host, detail }) => `${host} did not accept the connection in time (${detail}).`,
    advice: ({ host }) =>
      `Most likely a firewall drops packets: allow connections from this machine to ${host}. ${IF_DOWN}`,
    passes: true,
  },
  "answer-timed-out": {
    says: ({ host, detail }) => `${host} accepted the connection and did not answer in time (${detail}).`,
    advice: () =>
      `eNom is overloaded, or something on the way holds the connection back. ${WAIT} If the problem stays, ask eNom.`,
    passes: true,
  },
  "connection-lost": {
    says: ({ host, detail }) => `${host} closed the connection before its answer was complete (${detail}).`,
    advice: () => `${WAIT} If the problem stays, look for a firewall or proxy that cuts connections.`,
    passes: true,
  },
  "tls-untrusted": {
    says: ({ host, detail }) => `TLS: this machine does not trust who signed the certificate of ${host} (${detail}).`,
    advice: () =>
      "Most likely a proxy reads the traffic. Let it pass eNom's host through. If the proxy is yours, you can name its CA in NODE_EXTRA_CA_CERTS instead.",
    passes: false,
  },
  "tls-wrong-name": {
    says: ({ host, detail }) => `TLS: the certificate that was shown is not for ${host} (${detail}).`,
    advice: () => `Another server answers: check the host of ${ITS_URL}, this machine's DNS and /etc/hosts.`,
    passes: false,
  },
  "tls-expired": {
    says: ({ host, detail }) => `TLS: the certificate of ${host} is not valid now (${detail}).`,
    advice: () => "Check this machine's clock first. If it is right, the other side must renew its certificate.",
    passes: false,
  },
  "tls-failed": {
    says: ({ host, detail }) => `TLS: no secure connection to ${host} could be made (${detail}).`,
    advice: () =>
      `Check that ${ITS_URL} names a port that speaks TLS (443), and that no proxy on the way breaks it. If eNom speaks an older TLS only, set tlsMinimum below enom: of the account.`,
    passes: false,
  },
  redirect: {
    says: ({ host, detail }) => `${host} answers with a redirect, which is not followed (${detail}).`,
    advice: () =>
      `The login page of a network or a proxy answers, or the API has moved. Set ${ITS_URL} to the address that eNom gives.`,
    passes: false,
  },
  "web-page": {
    says: ({ host, detail }) => `${host} answers with a web page instead of the API (${detail}).`,
    advice: () =>
      `It is a proxy, the login page of a network, or eNom's maintenance page. If the status is 500 to 504, wait: Certfleet continues by itself. Otherwise check ${ITS_URL} and the proxy.`,
    passes: true,
  },
  "unreadable-answer": {
    says: ({ host, detail }) => `${host} does not answer as eNom's API does (${detail}).`,
    advice: () => `Check that ${ITS_URL} ends in /interface.asp. If it does and the problem stays, ask eNom.`,
    passes: true,
  },
  maintenance: {
    says: ({ detail }) => `eNom is under maintenance: ${detail}`,
    advice: () => `Wait. ${WAIT}`,
    passes: true,
  },
  "login-refused": {
    says: ({ host, detail }) => `bad user name or password at ${host}: ${detail}`,
    advice: ({ account }) => `Correct the user name and password of the account ${account}. ${LOGIN_TAKEN_OVER}`,
    passes: false,
  },
  "address-not-permitted": {
    says: ({ host, detail, seenAddress }) =>
      `${host} does not permit the address that the requests come from${seenAddress ? `, ${seenAddress}` : ""}: ${detail}`,
    advice: ({ seenAddress }) =>
      seenAddress
        ? `Register ${seenAddress} at eNom (Resellers, Manage, API).`
        : "Register this machine's outgoing address at eNom (Resellers, Manage, API). eNom did not say which address it saw. Behind a router or proxy it is not the address of the machine itself.",
    passes: false,
  },
  "trouble-at-enom": {
    says: ({ detail }) => `eNom has an internal problem: ${detail}`,
    advice: () => `${WAIT} If the problem stays, ask eNom.`,
    passes: true,
  },
  refused: {
    says: ({ host, detail }) => `${host} refuses: ${detail}`,
    advice: () => "The message from eNom says why. If it does not help, ask eNom's support.",
    passes: false,
  },
  "budget-used-up": {
    says: ({ detail }) => `eNom was not asked: ${detail}.`,
    advice: () =>
      "Check again in a moment. If the problem stays, raise requestsPerSecond of the account, as far as eNom agrees.",
    passes: true,
  },
};

/** Of `host:port` the host. */
function nameIn(host: string): string {
  return host.replace(/:\d+$/, "");
}
