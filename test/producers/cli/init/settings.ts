// The environment of each part as systemd, Compose and Kubernetes would make it of what `certfleet init` wrote into a folder.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { JobName } from "../../../../src/shared/queue/jobs.ts";
import { build } from "../../../deploy/kustomize.ts";
import { credentialsOf, environmentOf, readUnit } from "../../../deploy/units.ts";
import { readSettingsFile } from "./written.ts";

const root = resolve(import.meta.dirname, "../../../..");
/** The settings of one part, with paths of this machine. */
export type SettingsOf = (part: "gateway" | JobName) => NodeJS.ProcessEnv;

/** The units of deploy/systemd with the drop-ins of the folder, which is /etc/certfleet for them. */
export function systemdSettings(dir: string): SettingsOf {
  const here = (path: string): string => path.replace(/^-?\/etc\/certfleet/, dir);
  return (part) => {
    const unit = readUnit(`certfleet-${part}${part === "gateway" ? "" : "@"}.service`, join(dir, "systemd"));
    const credentials = credentialsOf(unit);
    const env = environmentOf(unit, { instance: "1", credentials: "%d" });
    const files = (unit["Service.EnvironmentFile"] ?? []).map((file) => readSettingsFile(here(file)));
    const placed = Object.entries({ ...env, ...Object.assign({}, ...files) }).map(([name, value]) => {
      const credential = /^%d\/(.*)$/.exec(String(value))?.[1];
      return [name, here(credential === undefined ? String(value) : (credentials[credential] ?? ""))];
    });
    return Object.fromEntries(placed);
  };
}

/** docker-compose.yml with the `.env` of the folder. */
export function composeSettings(dir: string): SettingsOf {
  const dotEnv = readSettingsFile(join(dir, ".env"));
  const { services } = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true });
  const here = (text: string): string =>
    text.replace(/^\/run\/secrets/, join(dir, ".data/secrets")).replace(/^\/config/, join(dir, "config"));
  return (part) => {
    const given = Object.entries(services[part].environment as Record<string, string | null>);
    const entries = given.flatMap(([name, value]) => {
      const [, variable, preset] = /^\$\{(\w+):[-?](.*)\}$/.exec(value ?? "") ?? [];
      const filled = value === null ? dotEnv[name] : variable ? (dotEnv[variable] ?? preset) : value;
      return filled === undefined ? [] : [[name, here(filled)]];
    });
    return Object.fromEntries(entries);
  };
}

const Deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }) })),
            env: z.array(z.object({ name: z.string(), value: z.string() })),
          }),
        ]),
        volumes: z.array(
          z.object({
            name: z.string(),
            projected: z
              .object({
                sources: z.array(
                  z.object({
                    secret: z.object({
                      name: z.string(),
                      items: z.array(z.object({ key: z.string(), path: z.string() })),
                    }),
                  }),
                ),
              })
              .optional(),
          }),
        ),
      }),
    }),
  }),
});

/** The overlay of Kustomize that is the folder. */
export function kubernetesSettings(dir: string): SettingsOf {
  const built = build(dir);
  return (part) => {
    const found = built.resources.find(
      ({ kind, metadata }) => kind === "Deployment" && metadata.name === `certfleet-${part}`,
    );
    const { containers, volumes } = Deployment.parse(found).spec.template.spec;
    const maps = containers[0].envFrom.map(({ configMapRef: { name } }) => ({
      ...built.settings[`ConfigMap/${name}`],
      ...contents(dir, built.files[`ConfigMap/${name}`] ?? {}),
    }));
    const sources = volumes.find(({ name }) => name === "secrets")?.projected?.sources ?? [];
    const files: Record<string, string> = Object.fromEntries(
      sources.flatMap(({ secret: { name, items } }) =>
        items.map(({ key, path }) => [`/secrets/${path}`, built.files[`Secret/${name}`]?.[key] ?? "not there"]),
      ),
    );
    const env = {
      ...Object.assign({}, ...maps),
      ...Object.fromEntries(containers[0].env.map((e) => [e.name, e.value])),
    };
    const placed = Object.entries(env as Record<string, string>).map(([name, value]) => {
      return [name, value.startsWith("/secrets/") ? join(dir, files[value] ?? "not mounted") : value];
    });
    return { ...Object.fromEntries(placed), CERTFLEET_CONFIG: join(dir, "certfleet.yaml") };
  };
}

/** Keys of a ConfigMap that come from files, as `envFrom` gives them. */
function contents(dir: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([key, path]) => [key, readFileSync(join(dir, path), "utf8")]));
}
