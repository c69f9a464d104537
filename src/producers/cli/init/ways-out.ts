// The ports of a fleet on Kubernetes that deploy/kubernetes/base/network.yaml does not let out: patches of its policies.
// Without them a Redis on another port is never reached, and nothing says why.
import type { Answers } from "./questions.ts";

/** What each policy lets out already. */
const OPEN = {
  certfleet: [6379, 26379],
  "certfleet-enom": [443],
  "certfleet-mail": [25, 465, 587],
} as const;

/** The lines of `patches:`, or nothing where the base has all that these addresses need. */
export function waysOut({ redis = "", journal = "", enomApiUrl = "", mailServer = "" }: Answers): string {
  const wanted = {
    certfleet: [...portsOf(redis), ...(/^\.{0,2}\//.test(journal) ? [] : portsOf(journal))],
    "certfleet-enom": [Number(URL.parse(enomApiUrl)?.port || (enomApiUrl.startsWith("http://") ? 80 : 443))],
    "certfleet-mail": portsOf(mailServer),
  };
  const patches = Object.entries(OPEN).flatMap(([policy, open]) => {
    const more = [...new Set(wanted[policy as keyof typeof OPEN])].filter(
      (port) => !open.some((each) => each === port),
    );
    return more.length === 0 ? [] : [patchOf(policy, more)];
  });
  if (patches.length === 0) return "";
  return `
# Ways out that network.yaml of the base does not have.
patches:
${patches.join("")}`;
}

/** Also of several servers: `redis+sentinel://one:26379,two:26380/name`. */
function portsOf(address: string): number[] {
  const servers = address.replace(/^[a-z+]+:\/\//i, "").replace(/[/?].*$/s, "");
  return [...servers.matchAll(/:(\d+)(?=,|$)/g)].map(([, port]) => Number(port));
}

/** An egress rule that names one address gets the ports; one to anywhere is a rule of its own. */
function patchOf(policy: string, ports: readonly number[]): string {
  const path = policy === "certfleet-enom" ? "/spec/egress/0/ports/-" : "/spec/egress/-";
  const each = ports.map((port) => `{ protocol: TCP, port: ${port} }`);
  const lines =
    policy === "certfleet-enom"
      ? each.map((port) => `      - { op: add, path: ${path}, value: ${port} }\n`)
      : [`      - { op: add, path: ${path}, value: { ports: [${each.join(", ")}] } }\n`];
  return `  - target: { kind: NetworkPolicy, name: ${policy} }
    patch: |
${lines.join("")}`;
}

/** The gateway's way to the OpenID provider, as a resource of the overlay. */
export function signInPolicy(issuer: string): string {
  const { port, protocol } = new URL(issuer);
  return `# The gateway asks the OpenID provider who signs in. Narrow it down to its addresses with \`to\`.
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: certfleet-sign-in
spec:
  podSelector:
    matchLabels: { app.kubernetes.io/name: certfleet, app.kubernetes.io/component: gateway }
  policyTypes: [Egress]
  egress:
    - ports:
        - { protocol: TCP, port: ${port || (protocol === "http:" ? 80 : 443)} }
`;
}
