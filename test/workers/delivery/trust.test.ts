// Which roots are known, and what completes a chain.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { rootCertificates } from "node:tls";
import { promisify } from "node:util";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { parseFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { watchFleetFile } from "../../../src/shared/config/fleet-file-watch.ts";
import { certificatesFrom, isIssuedBy } from "../../../src/shared/delivery/x509.ts";
import { liveTrust, ownTrust, trustOf } from "../../../src/workers/delivery/trust.ts";
import { authority, certify } from "../../support/pki.ts";
import { bareEnv } from "../../support/process.ts";

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "certfleet-trust-"));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

test("every intermediate of the bundle is signed by a root of Node itself, is a CA for web servers, and has not ended", () => {
  const roots = certificatesFrom(rootCertificates);
  const { intermediates } = ownTrust();

  expect(intermediates.length).toBe(8);
  for (const each of intermediates) {
    expect([each.x509.subject, roots.some((root) => isIssuedBy(each, root))]).toEqual([each.x509.subject, true]);
    expect([each.x509.ca, each.isForServers, each.isSelfSigned]).toEqual([true, true, false]);
    expect(each.to).toBeGreaterThan(Date.parse("2027-06-01"));
  }
});

test("roots and intermediates of certfleet.yaml are read from files or as they stand there", async () => {
  const dir = await folder();
  const [one, two] = [await authority("Root One"), await authority("Root Two")];
  const [onePem, twoPem, middle] = [await certify(one, one), await certify(two, two), await certify(two, one)];
  await writeFile(join(dir, "roots.pem"), `# ours\r\n${onePem.replaceAll("\n", "\r\n")}`);
  const file = parseFleetFile(
    JSON.stringify({ roots: [join(dir, "roots.pem"), twoPem], intermediates: [middle] }),
    "f.yaml",
  );

  const trust = trustOf(file);

  const names = (each: { x509: { subject: string } }) => /CN=(.*)/.exec(each.x509.subject)?.[1];
  expect(trust.roots.slice(-2).map(names)).toEqual(["Root One", "Root Two"]);
  expect(trust.intermediates.map(names)).toContain("Root Two");
  expect(trust.roots.length - 2).toBe(ownTrust().roots.length);
});

test("a file that is not there, holds no certificate, or no root, is refused with its line", async () => {
  const dir = await folder();
  const [one, two] = [await authority("Root One"), await authority("Middle")];
  await writeFile(join(dir, "words.pem"), "hello");
  const cases: [string, string, RegExp][] = [
    ["roots", join(dir, "none.pem"), /f\.yaml:2: roots\.0: the file cannot be read/],
    ["intermediates", join(dir, "words.pem"), /f\.yaml:2: intermediates\.0: there is no certificate/],
    ["roots", dir, /f\.yaml:2: roots\.0: the file cannot be read/],
    ["roots", await certify(two, one), /f\.yaml:2: roots\.0: certificate [0-9A-F]+ is no root/],
  ];
  for (const [field, value, said] of cases)
    expect(() => trustOf(parseFleetFile(`${field}:\n  - ${JSON.stringify(value)}\n`, "f.yaml"))).toThrow(said);
});

test("the files are followed, so that a new root counts without a restart; nothing is downloaded unless it is allowed", async () => {
  const dir = await folder();
  const path = join(dir, "roots.pem");
  const [one, two] = [await authority("Root One"), await authority("Root Two")];
  await writeFile(path, await certify(one, one));
  const config = join(dir, "certfleet.yaml");
  await writeFile(config, `roots: [${JSON.stringify(path)}]\n`);
  const log = pino({ level: "silent" });
  const live = watchFleetFile({ CERTFLEET_CONFIG: config }, log, 20);
  onTestFinished(() => live.stop());
  const trust = liveTrust(live, { mayDownload: false, log });
  const before = trust();

  await writeFile(path, (await certify(one, one)) + (await certify(two, two)));

  await vi.waitFor(() => expect(trust().roots).toHaveLength(before.roots.length + 1), { timeout: 10_000 });
  expect(before.download).toBeUndefined();
  expect(liveTrust(live, { mayDownload: true, log })().download).toBeTypeOf("function");
});

test("NODE_EXTRA_CA_CERTS adds roots", async () => {
  const dir = await folder();
  const root = await authority("Extra Root");
  await writeFile(join(dir, "extra.pem"), await certify(root, root));
  const program = `const { ownTrust } = await import(${JSON.stringify(resolve("src/workers/delivery/trust.ts"))});
    console.log(ownTrust().roots.filter(({ x509 }) => x509.subject.includes("Extra Root")).length);`;
  const env = { ...bareEnv(), NODE_EXTRA_CA_CERTS: join(dir, "extra.pem") };

  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { env });

  expect(stdout.trim()).toBe("1");
});
