// As much of Kustomize as our manifests use: resources, generators, components with patches. kustomize itself is no package of npm.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

export const manifests = join(import.meta.dirname, "../../deploy/kubernetes");

const Generator = z.strictObject({
  name: z.string(),
  behavior: z.enum(["create", "merge"]).default("create"),
  literals: z.array(z.string()).default([]),
  files: z.array(z.string()).default([]),
  options: z.record(z.string(), z.boolean()).optional(),
});
const Patch = z.strictObject({
  target: z.strictObject({ kind: z.string(), name: z.string() }),
  patch: z.string().optional(),
  path: z.string().optional(),
});
const Kustomization = z.strictObject({
  apiVersion: z.enum(["kustomize.config.k8s.io/v1beta1", "kustomize.config.k8s.io/v1alpha1"]),
  kind: z.enum(["Kustomization", "Component"]),
  namespace: z.string().optional(),
  labels: z.array(z.unknown()).default([]),
  images: z.array(z.unknown()).default([]),
  resources: z.array(z.string()).default([]),
  components: z.array(z.string()).default([]),
  patches: z.array(Patch).default([]),
  configMapGenerator: z.array(Generator).default([]),
  secretGenerator: z.array(Generator).default([]),
});
export type Kustomization = z.infer<typeof Kustomization>;

export const Resource = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
export type Resource = z.infer<typeof Resource>;

export interface Built {
  resources: Resource[];
  /** By ConfigMap: its settings. */
  settings: Record<string, Record<string, string>>;
  /** By ConfigMap or Secret: the keys that come from files, and the files. */
  files: Record<string, Record<string, string>>;
}

export function readKustomization(folder: string): Kustomization {
  return Kustomization.parse(parse(readFileSync(join(folder, "kustomization.yaml"), "utf8")));
}

/** The overlay with its base and with these components, as it would be applied. */
export function build(folder: string, components: readonly string[] = []): Built {
  const whole = readKustomization(folder);
  const built: Built = { resources: [], settings: {}, files: {} };
  for (const each of whole.resources) {
    const path = resolve(folder, each);
    if (path.endsWith(".yaml")) built.resources.push(...documentsOf(path));
    else mergeInto(built, build(path));
  }
  generate(built, whole);
  patch(built, folder, whole);
  for (const each of [...whole.components.map((name) => resolve(folder, name)), ...components])
    addComponent(built, each);
  return built;
}

function addComponent(built: Built, folder: string): void {
  const whole = readKustomization(folder);
  built.resources.push(...whole.resources.flatMap((file) => documentsOf(resolve(folder, file))));
  patch(built, folder, whole);
}

function patch(built: Built, folder: string, { patches }: Kustomization): void {
  for (const { target, patch: inline, path } of patches) {
    const operations = Operations.parse(parse(inline ?? readFileSync(resolve(folder, path ?? ""), "utf8")));
    const aimed = built.resources.filter(
      ({ kind, metadata }) => kind === target.kind && new RegExp(`^(${target.name})$`).test(metadata.name),
    );
    // Kustomize passes over a patch without an aim; ours must have one, but for what an overlay may leave out.
    if (aimed.length === 0 && target.kind !== "CronJob")
      throw new Error(`${folder}: the patch of ${target.name} has nothing to change`);
    for (const resource of aimed) for (const operation of operations) apply(resource, operation);
  }
}

const Operations = z.array(
  z.strictObject({ op: z.enum(["test", "add", "replace", "remove"]), path: z.string(), value: z.unknown().optional() }),
);

/** RFC 6902, of which the patches use four operations. */
function apply(resource: Resource, { op, path, value }: z.infer<typeof Operations>[number]): void {
  const steps = path.split("/").slice(1);
  const last = steps.pop() ?? "";
  const holder = steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], resource);
  const place = holder as Record<string, unknown>;
  if (Array.isArray(holder) && op === "add" && last === "-") holder.push(structuredClone(value));
  else if (place === undefined || !(last in place)) throw new Error(`${resource.metadata.name}: nothing is at ${path}`);
  else if (op === "test" && place[last] !== value)
    throw new Error(`${resource.metadata.name}: ${path} is ${place[last]}`);
  else if (op === "replace") place[last] = structuredClone(value);
  else if (op === "remove") Array.isArray(holder) ? holder.splice(Number(last), 1) : delete place[last];
}

function generate(built: Built, { configMapGenerator, secretGenerator }: Kustomization): void {
  for (const { name, behavior, literals, files } of configMapGenerator) {
    const key = `ConfigMap/${name}`;
    if ((behavior === "merge") !== key in built.settings) throw new Error(`${key}: ${behavior} does not fit`);
    const pairs = literals.map(
      (line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const,
    );
    built.settings[key] = { ...built.settings[key], ...Object.fromEntries(pairs) };
    built.files[key] = { ...built.files[key], ...filesOf(files) };
  }
  for (const { name, files } of secretGenerator) built.files[`Secret/${name}`] = filesOf(files);
}

/** `key=path`, or the path alone, whose last step is then the key. */
function filesOf(files: readonly string[]): Record<string, string> {
  const pairs = files.map((each) => (each.includes("=") ? each.split("=") : [each.split("/").at(-1), each]));
  return Object.fromEntries(pairs as [string, string][]);
}

function mergeInto(built: Built, { resources, settings, files }: Built): void {
  built.resources.push(...resources);
  Object.assign(built.settings, settings);
  Object.assign(built.files, files);
}

function documentsOf(file: string): Resource[] {
  return parseAllDocuments(readFileSync(file, "utf8")).map((document) => Resource.parse(document.toJS()));
}

/** Files below `folder` that are named nowhere, and names that lead nowhere; both are empty when all is right. */
export function strayFiles(folder: string): { unnamed: string[]; missing: string[] } {
  const kustomizations = globSync("**/kustomization.yaml", { cwd: folder });
  const named = kustomizations.flatMap((file) => {
    const place = dirname(join(folder, file));
    const { resources, components, patches, configMapGenerator } = readKustomization(place);
    const files = configMapGenerator.flatMap((each) => Object.values(filesOf(each.files)));
    const paths = [...resources, ...components, ...patches.flatMap(({ path }) => path ?? []), ...files];
    return paths.map((each) => relative(folder, resolve(place, each)));
  });
  const there = globSync("**/*.yaml", { cwd: folder });
  const isThere = (path: string): boolean => there.includes(path) || there.includes(join(path, "kustomization.yaml"));
  return {
    unnamed: there.filter((file) => !file.endsWith("kustomization.yaml") && !named.includes(file)),
    missing: named.filter((path) => !isThere(path)),
  };
}
