// The folder of a fleet on Kubernetes: a Kustomize overlay over deploy/kubernetes/base, with certfleet.yaml and the secrets as files.
import { relative } from "node:path";
import type { Collected } from "./collect.ts";
import { allOf, type Extras, secretFiles as extraSecretFiles, extrasOf, openFiles } from "./extras.ts";
import { fleetYaml } from "./fleet-yaml.ts";
import {
  type Layout,
  type PlannedFile,
  recipientsFile,
  type Secrets,
  secretFile,
  secretsOf,
  settingsFile,
  settingsOf,
} from "./layout.ts";
import type { Answers } from "./questions.ts";
import { journalFolders } from "./ways.ts";
import { signInPolicy, waysOut } from "./ways-out.ts";

/** Each has its own REDIS_URL, so that each can have a user of its own at Redis. */
const REDIS_PARTS = ["gateway", "open", "reissue", "notify", "balance-poll", "webhook", "command-line"];
const SECRETS_OF = { every: "certfleet-redis-access", gateway: "certfleet-sign-in", notify: "certfleet-dkim" } as const;

export interface KubernetesRoom {
  folder: string;
  /** deploy/kubernetes of this project. */
  manifests: string;
  apiKey: string;
}

export function kubernetesLayout(collected: Collected, { folder, manifests, apiKey }: KubernetesRoom): Layout {
  const { answers } = collected;
  const { enomPassword, smtpUrl, redisUrl, journalUrl } = secretsOf(collected);
  const extras = extrasOf(collected);
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
    ...allOf(extras, place, `${place}/secrets`),
  });
  return {
    closed: ["secrets"],
    files: [
      ...secretFiles({ enomPassword, smtpUrl, redisUrl, journalUrl }, apiKey),
      ...extraSecretFiles(extras, "secrets"),
      ...openFiles(extras),
      ...(answers.oidcIssuer
        ? [{ path: "sign-in.yaml", text: signInPolicy(answers.oidcIssuer), mode: 0o644 as const }]
        : []),
      ...recipientsFile("recipients.txt", answers),
      { path: "certfleet.yaml", text: fleetYaml(answers), mode: 0o644 },
      { path: ".gitignore", text: "# Secrets are not for the repository.\nsecrets/\n.env\n", mode: 0o644 },
      { path: "kustomization.yaml", text: kustomization(answers, { base, journalUrl, extras }), mode: 0o644 },
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
  { base, journalUrl, extras }: { base: string; journalUrl: string | undefined; extras: Extras },
): string {
  const { namespace = "", image = "", mailFrom = "", publicUrl, trustedProxies, backupRecipients } = answers;
  const gateway = settingsOf({ CERTFLEET_PUBLIC_URL: publicUrl, CERTFLEET_TRUSTED_PROXIES: trustedProxies });
  const { every, gateway: signIn, notify: dkim } = withFiles(extras);
  const certificates = extras.open.map(({ setting, name }) => `${setting}=${name}`);
  const isVolume = journalUrl === undefined;
  const used = [...(backupRecipients ? ["backup"] : []), ...(isVolume ? ["journal-volume"] : [])];
  const others = [...(backupRecipients ? [] : ["backup"]), "keda", "prometheus"];
  return `# The fleet as it is deployed: kubectl apply --kustomize . (see docs/howto/kubernetes.md).
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${namespace}
resources:
  - ${base}/base
${answers.oidcIssuer ? "  - sign-in.yaml\n" : ""}
# backup: one every night (name it before journal-volume). keda: more workers while work waits. prometheus: metrics for the
# Prometheus Operator. The last two need their operator in the cluster.
${used.length > 0 ? "" : "# "}components:
${used.map((each) => `  - ${base}/components/${each}\n`).join("")}${others.map((each) => `#   - ${base}/components/${each}\n`).join("")}${waysOut(answers)}
images:
  - name: certfleet
${imageLines(image)}

configMapGenerator:
  # Loaded while Certfleet runs: its name stays the same, so that nothing is restarted.
  - name: certfleet-config
    files: [certfleet.yaml]
    options: { disableNameSuffixHash: true }
  # Settings that are no secrets. A change restarts whoever reads them.
${merged("certfleet-common", every, certificates)}${merged("certfleet-mail", { MAIL_FROM: mailFrom, ...dkim })}${merged("certfleet-gateway", { ...gateway, ...signIn })}${backupRecipients ? "  - name: certfleet-backup\n    files: [recipients.txt]\n" : ""}
# Made of the files in secrets/, which are in no repository. Made elsewhere (External Secrets, Sealed Secrets): remove what is theirs.
secretGenerator:
  - name: certfleet-enom
    files: [enom_password=secrets/enom_password]
  - name: certfleet-mail
    files: [smtp_url=secrets/smtp_url]
  - name: certfleet-gateway
    files: [api_key=secrets/api_key]
${isVolume ? "" : "  - name: certfleet-journal\n    files: [url=secrets/journal_url]\n"}${extraSecrets(extras)}  # Each part gets its own key of this one alone; the backup has that of the command line.
  - name: certfleet-redis
    files:
${REDIS_PARTS.map((part) => `      - ${part}=secrets/redis/${part}`).join("\n")}
`;
}

/** The settings of each reader, and where its pods have its secrets. */
function withFiles({ settings, secrets }: Extras): Extras["settings"] {
  const whole = structuredClone(settings);
  for (const { reader, setting, name } of secrets) whole[reader][`${setting}_FILE`] = `/secrets/${name}`;
  return whole;
}

function extraSecrets({ secrets }: Extras): string {
  const readers = Object.entries(SECRETS_OF).flatMap(([reader, secret]) => {
    const own = secrets.filter((each) => each.reader === reader).map(({ name }) => `${name}=secrets/${name}`);
    return own.length === 0 ? [] : [`  - name: ${secret}\n    files: [${own.join(", ")}]\n`];
  });
  return readers.join("");
}

function merged(name: string, settings: Record<string, string>, files: readonly string[] = []): string {
  const lines = Object.entries(settings).map(
    ([setting, value]) => `      - ${JSON.stringify(`${setting}=${value}`)}\n`,
  );
  if (lines.length + files.length === 0) return "";
  const literals = lines.length === 0 ? "" : `    literals:\n${lines.join("")}`;
  return `  - name: ${name}\n    behavior: merge\n${literals}${files.length === 0 ? "" : `    files: [${files.join(", ")}]\n`}`;
}

/** A digest or a tag. */
function imageLines(image: string): string {
  const [, name = "", tag, digest] = /^(.+?)(?::([\w.-]+)|@(sha256:[0-9a-f]{64}))$/.exec(image) ?? [];
  return `    newName: ${name}\n    ${digest ? `digest: ${digest}` : `newTag: ${JSON.stringify(tag)}`}`;
}
