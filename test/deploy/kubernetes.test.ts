// Promise: the manifests are what Kubernetes, KEDA and the Prometheus Operator take by their published schemas; names, labels and
// ports fit together; each part gets its own settings and secrets and no others.

import { join } from "node:path";
import * as keda from "@kubernetes-models/keda/keda.sh/v1alpha1";
import * as prometheus from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as apps from "kubernetes-models/apps/v1";
import * as batch from "kubernetes-models/batch/v1";
import * as networking from "kubernetes-models/networking.k8s.io/v1";
import * as policy from "kubernetes-models/policy/v1";
import * as core from "kubernetes-models/v1";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { partSettings } from "../../src/shared/config/part-settings.ts";
import { commonSettings } from "../../src/shared/config/settings.ts";
import { type Built, build, manifests, type Resource, strayFiles } from "./kustomize.ts";

/** Each part with the Secrets, and the keys of them, that it may see. */
const parts = {
  gateway: ["certfleet-redis/gateway", "certfleet-gateway/api_key"],
  open: ["certfleet-redis/open", "certfleet-journal/url", "certfleet-enom/enom_password"],
  reissue: ["certfleet-redis/reissue", "certfleet-journal/url", "certfleet-enom/enom_password"],
  notify: ["certfleet-redis/notify", "certfleet-mail/smtp_url"],
  "balance-poll": ["certfleet-redis/balance-poll", "certfleet-enom/enom_password"],
  webhook: ["certfleet-redis/webhook"],
} as const;
type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Deployment = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    replicas: z.number().optional(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.object({
        serviceAccountName: z.string(),
        automountServiceAccountToken: z.literal(false),
        enableServiceLinks: z.literal(false), // CERTFLEET_PORT and the like would be read as settings
        terminationGracePeriodSeconds: z.number(),
        securityContext: z.looseObject({ runAsNonRoot: z.literal(true), seccompProfile: z.unknown() }),
        containers: z.tuple([
          z.object({
            image: z.literal("certfleet"),
            args: z.array(z.string()),
            ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
            envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })),
            env: z.array(z.object({ name: z.string(), value: z.string() })),
            livenessProbe: Probe,
            readinessProbe: Probe,
            startupProbe: Probe,
            resources: z.object({ requests: z.unknown(), limits: z.object({ memory: z.string() }) }),
            securityContext: z.object({
              allowPrivilegeEscalation: z.literal(false),
              readOnlyRootFilesystem: z.literal(true),
              capabilities: z.object({ drop: z.tuple([z.literal("ALL")]) }),
            }),
            volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
        volumes: z.array(z.looseObject({ name: z.string() })),
      }),
    }),
  }),
});
const Container = z.object({
  command: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  securityContext: z.unknown(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const JobPod = z.object({ containers: z.tuple([Container]), volumes: z.array(z.looseObject({ name: z.string() })) });
const CronJob = z.object({
  spec: z.object({
    concurrencyPolicy: z.literal("Forbid"),
    jobTemplate: z.object({ spec: z.object({ template: z.object({ spec: JobPod }) }) }),
  }),
});
const Projected = z.object({
  projected: z.object({
    sources: z.array(
      z.object({
        secret: z.object({
          name: z.string(),
          optional: z.boolean().default(false),
          items: z.array(z.object({ key: z.string(), path: z.string() })),
        }),
      }),
    ),
  }),
});

const example = join(manifests, "overlays/example");
const component = (name: string): string => join(manifests, "components", name);
const plain = build(example);
const full = build(example, ["backup", "keda", "prometheus", "journal-volume"].map(component));

test("every file is named by a kustomization, and every name leads to a file", () => {
  expect(strayFiles(manifests)).toEqual({ unnamed: [], missing: [] });
});

test.each([
  ["the example", plain],
  ["the example with every component", full],
])("%s: each resource is valid by the published schema of its kind", (_name, { resources }) => {
  for (const resource of resources)
    expect(() => modelOf(resource).validate(), `${resource.kind} ${resource.metadata.name}`).not.toThrow();
  const wrong = {
    ...resources.find(({ kind }) => kind === "Deployment"),
    spec: { selector: 1 },
  } as unknown as Resource;
  expect(() => modelOf(wrong).validate()).toThrow();
});

describe.each(partNames)("%s", (part) => {
  const { metadata, spec } = deploymentOf(plain, part);
  const { spec: pod, metadata: podMeta } = spec.template;
  const [container] = pod.containers;

  test("is started by its words and selected by its labels, with one budget for disruptions", () => {
    const labels = { "app.kubernetes.io/name": "certfleet", "app.kubernetes.io/component": part };
    const budgets = plain.resources.filter(
      (each) => each.kind === "PodDisruptionBudget" && each.metadata.name === metadata.name,
    );

    expect(container.args).toEqual(part === "gateway" ? ["gateway"] : ["worker", part]);
    for (const each of [metadata.labels, spec.selector.matchLabels, podMeta.labels]) expect(each).toEqual(labels);
    expect(budgets.map((each) => each.spec)).toEqual([{ maxUnavailable: 1, selector: { matchLabels: labels } }]);
  });

  test("has settings that it reads, secrets of its own as files, and nothing else", () => {
    const maps = container.envFrom.map(({ configMapRef }) => plain.settings[`ConfigMap/${configMapRef.name}`] ?? {});
    const settings = {
      ...Object.assign({}, ...maps),
      ...Object.fromEntries(container.env.map((e) => [e.name, e.value])),
    };
    const secrets = secretsOf(pod.volumes);
    const known = Object.keys({ ...commonSettings, ...partSettings[part] });

    for (const name of Object.keys(settings)) expect(known).toContain(name.replace(/_FILE$/, ""));
    expect(secrets.map(({ name, key }) => `${name}/${key}`)).toEqual(parts[part]);
    const some = { gateway: ["certfleet-sign-in"], notify: ["certfleet-dkim"] }[part as string] ?? [];
    const optional = new Set(secretsOf(pod.volumes, true).map(({ name }) => name));
    expect([...optional]).toEqual(["certfleet-redis-access", ...some]);
    const files = Object.entries(settings).flatMap(([name, value]) => (name.endsWith("_FILE") ? [value] : []));
    expect(files.toSorted()).toEqual(secrets.map(({ path }) => `/secrets/${path}`).toSorted());
    for (const { name, key } of secrets) expect(plain.files[`Secret/${name}`]).toHaveProperty(key);
    expect(plain.files["ConfigMap/certfleet-config"]).toEqual({ "certfleet.yaml": "certfleet.yaml" });
    expect(settings.CERTFLEET_CONFIG).toBe("/config/certfleet.yaml");
  });

  test("is asked on ports that it has, and stopped with more time than it takes", () => {
    const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, `${containerPort}`]));
    const settings = settingsOf(plain, container.envFrom);
    const { livenessProbe, readinessProbe, startupProbe } = container;
    const paths = [livenessProbe, readinessProbe, startupProbe].map(({ httpGet }) => `${httpGet.port} ${httpGet.path}`);

    expect(ports.health).toBe(settings.CERTFLEET_HEALTH_PORT);
    if (part === "gateway") expect(ports.http).toBe(settings.PORT);
    const live = part === "gateway" ? "http /healthz" : "health /livez";
    expect(paths).toEqual([live, part === "gateway" ? "http /readyz" : "health /readyz", live]);
    const drain = Number(
      settings.CERTFLEET_DRAIN_SECONDS ?? partSettings.notify.CERTFLEET_DRAIN_SECONDS.parse(undefined),
    );
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(drain + 5);
    if (part === "open" || part === "reissue") expect(drain).toBeGreaterThan(120); // a purchase's answer is waited for so long
  });
});

test("KEDA asks for the age of the oldest due work of each kind that it scales, and is then the only one who scales it", () => {
  const Scaled = z.object({
    spec: z.object({
      scaleTargetRef: z.object({ name: z.string() }),
      minReplicaCount: z.number().min(1),
      triggers: z.tuple([z.object({ metricType: z.literal("Value"), metadata: z.object({ query: z.string() }) })]),
    }),
  });
  const scaled = full.resources.filter(({ kind }) => kind === "ScaledObject").map((each) => Scaled.parse(each).spec);

  expect(scaled.map(({ scaleTargetRef }) => scaleTargetRef.name)).toEqual(
    ["open", "reissue", "notify"].map((part) => `certfleet-${part}`),
  );
  for (const { scaleTargetRef, triggers } of scaled) {
    const part = scaleTargetRef.name.replace("certfleet-", "") as Part;
    expect(triggers[0].metadata.query).toBe(`max(certfleet_queue_oldest_due_seconds{queue="${part}"})`);
    expect(deploymentOf(full, part).spec.replicas).toBeUndefined();
  }
});

test("With the volume for the journal open and reissue keep it there, and no address of a second Redis is left", () => {
  for (const part of partNames) {
    const { volumes, containers } = deploymentOf(full, part).spec.template.spec;
    const isOrders = part === "open" || part === "reissue";
    const { env, volumeMounts } = containers[0];

    expect(env.find(({ name }) => name.startsWith("CERTFLEET_JOURNAL"))).toEqual(
      isOrders ? { name: "CERTFLEET_JOURNAL", value: "/journal" } : undefined,
    );
    expect(volumeMounts.some(({ mountPath }) => mountPath === "/journal")).toBe(isOrders);
    expect(volumes.some(({ name }) => name === "journal")).toBe(isOrders);
    expect(JSON.stringify(secretsOf(volumes))).not.toContain("journal");
  }
});

test("Every night one backup is made with the settings of the command line, in a pod as closed as the others", () => {
  const jobOf = ({ resources }: Built) =>
    CronJob.parse(resources.find(({ kind }) => kind === "CronJob")).spec.jobTemplate.spec.template.spec;
  const beside = jobOf(build(example, [component("backup")]));
  const pod = jobOf(full);
  const [open] = deploymentOf(plain, "open").spec.template.spec.containers;
  const [container] = beside.containers;

  expect(container.command.slice(0, 2)).toEqual(["sh", "-euc"]);
  expect(container.command[2]).toContain("node bin/certfleet backup --recipients-file /recipients/recipients.txt");
  expect(container.securityContext).toEqual(open.securityContext);
  expect(secretsOf(beside.volumes).map(({ name, key }) => `${name}/${key}`)).toEqual([
    "certfleet-redis/command-line",
    "certfleet-journal/url",
  ]);
  expect(plain.files["Secret/certfleet-redis"]).toHaveProperty("command-line");
  expect(pod.containers[0].env).toContainEqual({ name: "CERTFLEET_JOURNAL", value: "/journal" });
  expect(pod.containers[0].volumeMounts).toContainEqual({ name: "journal", mountPath: "/journal" });
  expect(JSON.stringify(secretsOf(pod.volumes))).not.toContain("journal");
});

test("The network lets in whoever asks the gateway and Prometheus, and lets out only to eNom, mail, Redis, DNS and proofs", () => {
  const Policy = z.object({
    spec: z.object({
      policyTypes: z.array(z.string()),
      podSelector: z.unknown(),
      egress: z.array(z.looseObject({ ports: z.array(z.object({ port: z.number() })) })).optional(),
    }),
  });
  const egressOf = (name: string): number[] => {
    const found = plain.resources.find(({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === name);
    return (Policy.parse(found).spec.egress ?? []).flatMap(({ ports }) => ports.map(({ port }) => port));
  };

  expect(egressOf("certfleet")).toEqual([53, 53, 6379, 26379]);
  expect(egressOf("certfleet-gateway")).toEqual([]);
  expect(egressOf("certfleet-enom")).toEqual([443]);
  expect(egressOf("certfleet-proof")).toEqual([53, 53, 80]);
  expect(egressOf("certfleet-mail")).toEqual([25, 465, 587]);
});

test("No manifest holds a secret, and no ServiceAccount has a token", () => {
  expect(plain.resources.filter(({ kind }) => kind === "Secret")).toEqual([]);
  expect(plain.resources.find(({ kind }) => kind === "ServiceAccount")).toMatchObject({
    automountServiceAccountToken: false,
  });
});

/** The class of a kind, which knows its schema. */
function modelOf(resource: Resource): { validate(): void } {
  const groups: Record<string, object> = {
    v1: core,
    "apps/v1": apps,
    "batch/v1": batch,
    "policy/v1": policy,
    "networking.k8s.io/v1": networking,
    "keda.sh/v1alpha1": keda,
    "monitoring.coreos.com/v1": prometheus,
  };
  const Model = Object.entries(groups[resource.apiVersion] ?? {}).find(([name]) => name === resource.kind)?.[1];
  if (Model === undefined) throw new Error(`no schema for ${resource.apiVersion} ${resource.kind}`);
  return new Model(resource);
}

function deploymentOf({ resources }: Built, part: Part): z.infer<typeof Deployment> {
  const name = `certfleet-${part}`;
  return Deployment.parse(resources.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === name));
}

function settingsOf({ settings }: Built, from: readonly { configMapRef: { name: string } }[]): Record<string, string> {
  return Object.assign({}, ...from.map(({ configMapRef }) => settings[`ConfigMap/${configMapRef.name}`] ?? {}));
}

/** Those that every fleet has, or (`optional`) those that only some have. */
function secretsOf(
  volumes: readonly { name: string }[],
  optional = false,
): { name: string; key: string; path: string }[] {
  const volume = Projected.parse(volumes.find(({ name }) => name === "secrets"));
  const own = volume.projected.sources.filter(({ secret }) => secret.optional === optional);
  return own.flatMap(({ secret: { name, items } }) => items.map((item) => ({ name, ...item })));
}
