// Stories about `certfleet init`: from an empty folder to a fleet that starts, in each of the three ways.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import type { Asking } from "../../../../src/producers/cli/account/add-terminal.ts";
import { collect } from "../../../../src/producers/cli/init/collect.ts";
import { composeLayout } from "../../../../src/producers/cli/init/compose.ts";
import { initialize } from "../../../../src/producers/cli/init/init.ts";
import { kubernetesLayout } from "../../../../src/producers/cli/init/kubernetes.ts";
import { redisUrlWith } from "../../../../src/producers/cli/init/with-login.ts";
import { writeAll } from "../../../../src/producers/cli/init/write.ts";
import { fleetFileOf } from "../../../../src/shared/config/fleet-file.ts";
import { readRedisAddress } from "../../../../src/shared/redis/address.ts";
import { build } from "../../../deploy/kustomize.ts";
import { lastOf, readUnit } from "../../../deploy/units.ts";
import { bareEnv } from "../../../support/process.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { certfleet, ownContext } from "../support.ts";
import { composeSettings, kubernetesSettings, systemdSettings } from "./settings.ts";
import { expectSafe, expectStart, prepared, quietly, readSettingsFile, TOKEN } from "./written.ts";

const root = resolve(import.meta.dirname, "../../../..");
describe("certfleet init", () => {
  test("For systemd the units find all they need: what was written starts gateway and workers, and doctor has the last word.", async () => {
    const { dir, answers } = prepared({ redis: inject("redisUrl") });
    const words = ["init", "--for", "systemd", "--dir", dir, "--answers", answers];

    const first = await certfleet([...words, "--json"], { env: {} });
    const again = await initialize({ for: "systemd", dir, answers, said: {} }, quietly());

    const made = JSON.parse(first.stdout) as { apiKey: string; written: string[]; doctor: { findings: unknown[] } };
    expect(first.code).toBe(0);
    expect(made.apiKey).toBe(readFileSync(join(dir, "secrets/api_key"), "utf8").trim());
    expect(made.doctor.findings.length).toBeGreaterThan(5);
    expect(first.stderr).not.toContain("5ecret");
    expect([again.ending, again.text.split("\n")[0]]).toEqual(["done", `Everything is in ${dir} already.`]);
    expect(again.text).not.toContain(made.apiKey);
    expectSafe(dir);
    expect(readFileSync(join(dir, "secrets/smtp_url"), "utf8")).toBe(
      "smtp://certs:m%40il%3Ap%2Fw%235ecret@127.0.0.1:1\n",
    );

    const settings = systemdSettings(dir);
    expect(settings("notify").MAIL_FROM).toBe(`"Bob's SSL, desk" <ssl@provider.example>`);
    await expectStart(settings);

    const [program = "", ...started] = (lastOf(readUnit("certfleet-notify@.service"), "ExecStart") ?? "").split(" ");
    const child = spawn(process.execPath, [join(root, relative("/opt/certfleet", program)), ...started], {
      env: {
        ...bareEnv(),
        ...settings("notify"),
        CERTFLEET_HEALTH_PORT: "0",
        CERTFLEET_PREFIX: ownContext().env.CERTFLEET_PREFIX,
      },
      stdio: ["ignore", "inherit", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const ended = once(child, "exit");
    for await (const line of createInterface({ input: child.stderr })) if (line.includes("workers.started")) break;
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  }, 60_000);

  test("For Compose it writes what docker-compose.yml mounts: operator mailbox, minimum balance, limits, secrets.", async () => {
    const { dir, answers } = prepared();

    const result = await initialize({ for: "compose", dir, answers, said: { perDay: "900.00" } }, quietly());

    expect(result.ending).toBe("done");
    expectSafe(dir);
    const dotEnv = readSettingsFile(join(dir, ".env"));
    const settings = composeSettings(dir);
    await expectStart(settings);
    expect(fleetFileOf(settings("open")).accounts).toMatchObject([
      {
        ...{ id: "main", username: "reseller", department: "ssl@provider.example", minimumBalance: "75.00" },
        purchasing: { perHour: "500.00", perDay: "900.00" },
      },
    ]);
    expect([dotEnv.CONFIG_DIR, dotEnv.SECRETS_DIR]).toEqual([join(dir, "config"), join(dir, ".data/secrets")]);
  });

  test("For Kubernetes it writes an overlay of Kustomize that Certfleet starts on.", async () => {
    const image = "registry.example:5000/certfleet:1.2";
    const redis = { redis: "redis://redis.example:6379", journal: "redis://journal.example:6390", image };
    const { dir, answers } = prepared(redis);

    const result = await initialize({ for: "kubernetes", dir, answers, said: {} }, quietly());

    expect(result.ending).toBe("done");
    expectSafe(dir);
    const built = build(dir);
    expect(JSON.stringify(built.resources.filter(({ kind }) => kind === "NetworkPolicy"))).toContain("6390");
    const settings = kubernetesSettings(dir);
    await expectStart(settings);
    expect(readFileSync(join(dir, "kustomization.yaml"), "utf8")).toContain(
      'newName: registry.example:5000/certfleet\n    newTag: "1.2"',
    );
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toContain("secrets/\n");
  });

  test("Nothing is overwritten: what is there with other content is named, and nothing at all is written.", async () => {
    const { dir, answers } = prepared();
    await initialize({ for: "compose", dir, answers, said: {} }, quietly());
    const key = readFileSync(join(dir, ".data/secrets/api_key"), "utf8");

    const other = await initialize(
      { for: "compose", dir, answers, said: { department: "other@provider.example", publicUrl: "https://x.example" } },
      quietly(),
    );

    expect(other).toMatchObject({ ending: "conflict", json: { files: ["config/certfleet.yaml", ".env"] } });
    expect(readFileSync(join(dir, ".data/secrets/api_key"), "utf8")).toBe(key);
    expect(readFileSync(join(dir, "config/certfleet.yaml"), "utf8")).not.toContain("other@");
  });

  test("A start that was cut off is completed by the same words again; a key that was made stays.", async () => {
    const { dir, answers } = prepared();
    const collected = await collect({ for: "compose", answers, said: {} }, undefined);
    const layout = composeLayout(collected, {
      folder: dir,
      isBeside: false,
      uid: 0,
      apiKey: "first-key-of-all",
      boardPassword: "b",
    });
    writeAll(dir, { ...layout, files: layout.files.slice(0, 3) });
    expect(existsSync(join(dir, ".env"))).toBe(false);

    const { json } = await initialize({ for: "compose", dir, answers, said: {} }, quietly());

    expect(json).toMatchObject({
      apiKey: null,
      kept: [".data/secrets/enom_password", ".data/secrets/smtp_url", ".data/secrets/api_key"],
    });
    expect(readFileSync(join(dir, ".data/secrets/api_key"), "utf8")).toBe("first-key-of-all\n");
    expect(existsSync(join(dir, ".env"))).toBe(true);
  });

  test("A person is asked for what is not said yet, types secrets unseen, and is stopped early where all is written.", async () => {
    const { dir } = prepared();
    const asked: string[] = [];
    const person: Asking = {
      text: async ({ label, preset, check }) => {
        asked.push(label);
        const typed = { "mail server": "smtp://127.0.0.1:1", department: "ssl@provider.example" }[label];
        const given = typed ?? { "sender of the mails": "ssl@provider.example" }[label] ?? preset ?? "";
        expect(check(given)).toBeUndefined();
        return given;
      },
      secret: async (label, check) => {
        asked.push(label);
        expect(check("")).toBe("must not be empty");
        return TOKEN;
      },
      choose: async () => "compose",
      confirm: async () => true,
      tell: () => undefined,
    };
    const run = () => initialize({ dir, said: { enomUsername: "reseller" } }, { ...quietly(), person });

    expect((await run()).ending).toBe("done");
    const first = [...asked];
    const again = await run();

    expect(first).toContain("eNom API token");
    expect(first).not.toContain("eNom user name"); // said
    expect(first).not.toContain("password at the mail server"); // no user there
    expect(first).not.toContain("address of Redis"); // Compose has its own
    expectSafe(dir);
    expect([again.ending, asked.length]).toEqual(["conflict", first.length]);
  });

  test("All that is wrong is told at once, by the name in the answers file and by the option; no secret is repeated.", async () => {
    const { dir, answers } = prepared({
      redis: "redis://:hidden-5ecret@redis.example",
      department: "nobody",
      mailUser: "",
    });
    const run = (said: Record<string, string>, file = answers) =>
      initialize({ for: "kubernetes", dir, answers: file, said }, quietly()).then(
        String,
        (error: Error) => error.message,
      );

    const wrong = await run({ mailFrom: "$HOME" });
    writeFileSync(`${answers}.unknown`, "enomUsername: a\npassword: hidden-5ecret\nperHour: 5\n");
    const unknown = await run({}, `${answers}.unknown`);

    for (const said of [
      "--department (department): ",
      "--redis (redis): must hold no password",
      "--mail-from (mailFrom): must be one line",
      "--mail-password-file (mailPasswordFile): ",
      "--journal (journal) is missing",
      "--image (image) is missing",
    ])
      expect(wrong).toContain(said);
    expect(unknown).toContain(":2: password: is unknown");
    expect(unknown).toContain(":3: perHour: must be text, in quotes");
    expect(wrong + unknown).not.toContain("5ecret");
    expect(existsSync(dir)).toBe(false);
  });
});

test.each([
  ["redis://r.example:6379", "redis://u%2F:p%40%21@r.example:6379"],
  ["rediss+sentinel://a:1,b:2/main", "rediss+sentinel://u%2F:p%40%21@a:1,b:2/main"],
  ["unix:/run/r.sock", "unix:/run/r.sock?username=u%2F&password=p%40%21"],
  ["unix:///run/r.sock?db=2", "unix:/run/r.sock?db=2&username=u%2F&password=p%40%21"],
])("The login of %s is put where its form has one, and the program reads it.", (address, whole) => {
  expect(redisUrlWith(address, { user: "u/", password: "p@!" })).toBe(whole);
  expect(readRedisAddress(whole)).toMatchObject({ hasPassword: true });
});

test("The examples in deploy/ are what init writes from the answers beside them.", async () => {
  const place = mkdtempSync(join(quickFolder(), "certfleet-init-"));
  const collected = async (way: "compose" | "kubernetes") => {
    const file = join(place, `${way}.yaml`);
    writeFileSync(file, readFileSync(join(root, `deploy/answers/${way}.yaml`), "utf8"));
    return collect({ for: way, answers: file, said: {} }, undefined);
  };
  for (const name of ["enom-token", "mail-password", "redis-password", "journal-password"])
    writeFileSync(join(place, name), "x");
  const folder = join(root, "deploy/kubernetes/overlays/example");

  const overlay = kubernetesLayout(await collected("kubernetes"), {
    folder,
    manifests: join(root, "deploy/kubernetes"),
    apiKey: "",
  });
  const compose = composeLayout(await collected("compose"), {
    folder: root,
    isBeside: true,
    uid: 0,
    apiKey: "",
    boardPassword: "",
  });

  for (const { path, text, mode } of overlay.files)
    if (mode === 0o644) expect(text).toBe(readFileSync(join(folder, path), "utf8"));
  const sample = compose.files.find(({ path }) => path.endsWith("certfleet.yaml"));
  expect(sample?.text).toBe(readFileSync(join(root, "deploy/compose/certfleet.yaml"), "utf8"));
});
