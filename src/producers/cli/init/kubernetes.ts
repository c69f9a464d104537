// The folder of a fleet on Kubernetes: a Kustomize overlay over deploy/kubernetes/base, with certfleet.yaml and the secrets as files.
import { relative } from "node:path";
import type { Collected } from "./collect.ts";
import { fleetYaml } from "./fleet-yaml.ts";
import {
  type Layout,
  type PlannedFile,
  type Secrets,
  secretFile,
  secretsOf,
  settingsFile,
  settingsOf,
} from "./layout.ts";
import type { Answers } from "./questions.ts";
import { journalFolders } from "./ways.ts";
import { waysOut } from "./ways-out.ts";

/** Each has its own REDIS_URL, so that each can have a user of its own at Redis. */
const REDIS_PARTS = ["gateway", "open", "reissue", "notify", "balance-poll"];

export interface KubernetesRoom {
  folder: string;
  /** deploy/kubernetes of this project. */
  manifests: string;
  apiKey: string;
}

export function kubernetesLayout(collected: Collected, { folder, manifests, apiKey }: KubernetesRoom): Layout {
  const { answers } = collected;
  const { enomPassword, smtpUrl, redisUrl, journalUrl } = secretsOf(collected);
  const base = relative(folder, manifests) || ".";
  const allSettings = (place: string): Record<string, string> => ({
    REDIS_URL_FILE: `${place}/secrets/redis/gateway`,
    CERTFLEET_CONFIG: `${place}/certfleet.yaml`,
    ...(journalUrl === undefined
      ? { CERTFLEET_JOURNAL: journalFolders.kubernetes }
      : { CERTFLEET_JOURNAL_FILE: `${place}/secrets/journal_url` }),
    ENOM_PASSWORD_FILE: `${place}/secrets/enom_password`,
    ENOM_LOG: "-",
    SMTP_URL_FILE: `${place}/secrets/smtp_url`,
    CERTFLEET_API_KEY_FILE: `${place}/secrets/api_key`,
    ...settingsOf({
      MAIL_FROM: answers.mailFrom,
      CERTFLEET_PUBLIC_URL: answers.publicUrl,
      CERTFLEET_TRUSTED_PROXIES: answers.trustedProxies,
    }),
  });
  return {
    closed: ["secrets"],
    files: [
      ...secretFiles({ enomPassword, smtpUrl, redisUrl, journalUrl }, apiKey),
      { path: "certfleet.yaml", text: fleetYaml(answers), mode: 0o644 },
      { path: ".gitignore", text: "# Secrets are not for the repository.\nsecrets/\n.env\n", mode: 0o644 },
      { path: "kustomization.yaml", text: kustomization(answers, { base, journalUrl }), mode: 0o644 },
      settingsFile(
        ".env",
        [
          "The settings of the fleet for commands of this machine, where it reaches Redis:  set -a; . ./.env; set +a",
          "Nothing in the cluster reads this file.",
        ],
        allSettings(folder),
      ),
    ],
    settings: allSettings("."),
    next: [
      `Read what would be made: kubectl kustomize ${folder}`,
      `Start the fleet: kubectl create namespace ${answers.namespace} && kubectl apply --kustomize ${folder}`,
      `Look whether all is well: ${exec(answers, "notify")} doctor`,
      `Check the eNom login: ${exec(answers, "open")} account check`,
      `Give each person a login: ${exec(answers, "gateway")} user add NAME --role admin`,
    ],
  };
}

function exec({ namespace }: Answers, part: string): string {
  return `kubectl --namespace ${namespace} exec --stdin --tty deploy/certfleet-${part} -- node bin/certfleet`;
}

function secretFiles({ enomPassword, smtpUrl, redisUrl, journalUrl }: Secrets, apiKey: string): PlannedFile[] {
  return [
    secretFile("secrets/enom_password", enomPassword),
    secretFile("secrets/smtp_url", smtpUrl),
    { ...secretFile("secrets/api_key", apiKey), isMadeUp: true },
    ...REDIS_PARTS.map((part) => secretFile(`secrets/redis/${part}`, redisUrl)),
    ...(journalUrl === undefined ? [] : [secretFile("secrets/journal_url", journalUrl)]),
  ];
}

function kustomization(
  answers: Answers,
  { base, journalUrl }: { base: string; journalUrl: string | undefined },
): string {
  const { namespace = "", image = "", mailFrom = "", publicUrl, trustedProxies } = answers;
  const gateway = settingsOf({ CERTFLEET_PUBLIC_URL: publicUrl, CERTFLEET_TRUSTED_PROXIES: trustedProxies });
  const isVolume = journalUrl === undefined;
  return `# The fleet as it is deployed: kubectl apply --kustomize . (see docs/howto/kubernetes.md).
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${namespace}
resources:
  - ${base}/base

# keda: more workers while work waits. prometheus: metrics for the Prometheus Operator. Both need their operator in the cluster.
${isVolume ? "" : "# "}components:
${isVolume ? `  - ${base}/components/journal-volume\n` : ""}#   - ${base}/components/keda
#   - ${base}/components/prometheus
${waysOut(answers)}
images:
  - name: certfleet
${imageLines(image)}

configMapGenerator:
  # Loaded while Certfleet runs: its name stays the same, so that nothing is restarted.
  - name: certfleet-config
    files: [certfleet.yaml]
    options: { disableNameSuffixHash: true }
  # Settings that are no secrets. A change restarts whoever reads them.
  - name: certfleet-mail
    behavior: merge
    literals:
      - ${JSON.stringify(`MAIL_FROM=${mailFrom}`)}
${merged("certfleet-gateway", gateway)}
# Made of the files in secrets/, which are in no repository. Made elsewhere (External Secrets, Sealed Secrets): remove what is theirs.
secretGenerator:
  - name: certfleet-enom
    files: [enom_password=secrets/enom_password]
  - name: certfleet-mail
    files: [smtp_url=secrets/smtp_url]
  - name: certfleet-gateway
    files: [api_key=secrets/api_key]
${isVolume ? "" : "  - name: certfleet-journal\n    files: [url=secrets/journal_url]\n"}  # Each part gets its own key of this one alone.
  - name: certfleet-redis
    files:
${REDIS_PARTS.map((part) => `      - ${part}=secrets/redis/${part}`).join("\n")}
`;
}

function merged(name: string, settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([setting, value]) => `      - ${JSON.stringify(`${setting}=${value}`)}`);
  return lines.length === 0 ? "" : `  - name: ${name}\n    behavior: merge\n    literals:\n${lines.join("\n")}\n`;
}

/** A digest or a tag. */
function imageLines(image: string): string {
  const [, name = "", tag, digest] = /^(.+?)(?::([\w.-]+)|@(sha256:[0-9a-f]{64}))$/.exec(image) ?? [];
  return `    newName: ${name}\n    ${digest ? `digest: ${digest}` : `newTag: ${JSON.stringify(tag)}`}`;
}
