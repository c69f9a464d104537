// `doctor` says how old the list of public suffixes is, and whether Debian's weak keys can be found.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { examineIntake } from "../../../../src/producers/cli/doctor/intake.ts";
import { plusDays } from "../../../../src/shared/base/dates.ts";
import { SUFFIX_LIST } from "../../../../src/shared/intake/public-name.ts";

const published = new Date(SUFFIX_LIST.publishedOn);

test.for([
  [0, "ok", "0 days old"],
  [1, "ok", "1 day old"],
  [365, "ok", "365 days old"],
  [366, "ill", "366 days old"],
] as const)("a list of %i days is %s", ([days, state, said]) => {
  const [suffixes] = examineIntake({}, plusDays(published, days));

  expect(suffixes).toMatchObject({ name: "Public suffixes", state, detail: expect.stringContaining(said) });
  expect(suffixes?.detail).toContain(SUFFIX_LIST.publishedOn);
});

test("lists of weak keys are found where the file says, and their absence is no illness", () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-lists-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "certfleet.yaml");
  writeFileSync(file, `intake:\n  weakKeyLists: ${folder}\n`);
  const env = { CERTFLEET_CONFIG: file };
  const state = (): string | undefined => examineIntake(env, published).find(({ name }) => name === "Weak keys")?.state;

  expect(state()).toBe("skipped");
  writeFileSync(join(folder, "blacklist.RSA-2048"), "00\n");
  expect(state()).toBe("ok");
});
