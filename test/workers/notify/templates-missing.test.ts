// Promise: a folder of templates that is not there stops no mail and is not silent, and one that appears is used by the next mail.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { watchFleetFile } from "../../../src/shared/config/fleet-file-watch.ts";
import { ownProcess } from "../../../src/shared/process/own-process.ts";
import { builders } from "../../../src/workers/compose.ts";
import { world } from "../../support/world.ts";
import { aNotification } from "./world.ts";

/** A `notify` worker's work over a certfleet.yaml that can be changed, and what its log says of templates. */
async function worker(templates: (folder: string) => string) {
  const w = await world();
  const folder = mkdtempSync(join(tmpdir(), "certfleet-words-"));
  const file = join(folder, "certfleet.yaml");
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, `templates: ${text}\n`);
    renameSync(`${file}.new`, file);
  };
  replace(templates(folder));
  const said: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => said.push(JSON.parse(line) as Record<string, unknown>) });
  const env = { ...w.env, CERTFLEET_CONFIG: file };
  const live = watchFleetFile(env, log, 20);
  const life = lifecycle(log);
  const own = ownProcess([], life);
  onTestFinished(async () => {
    live.stop();
    await life.stop();
    rmSync(folder, { recursive: true });
  });
  const accounts = () => Promise.reject(new Error("a notify worker has no account"));
  const { redis, keys, queues, mail } = w;
  const work = await builders.notify({ env, redis, keys, queues, live, clock: systemClock, log, life, own, accounts });
  return {
    folder,
    replace,
    subjectOf: async (key: string): Promise<string | undefined> => {
      const asked = aNotification({ key });
      await work({ ...asked, seal: await queues.seal.over(asked) }, { id: key, isScheduled: false, signal: undefined });
      return mail.mails().at(-1)?.subject;
    },
    missing: () => said.filter(({ event }) => event === "templates.missing"),
  };
}

test("A folder of templates that is not there is warned of by its whole path, and mails go out in our words until it is.", async () => {
  const { folder, subjectOf, missing } = await worker(
    (folder) => `{ directory: ${folder}/words, brand: Example Hosting }`,
  );

  const before = await subjectOf("before");
  mkdirSync(join(folder, "words", "en"), { recursive: true });
  writeFileSync(join(folder, "words", "en", "certificate-issued.subject"), "In our own words");
  const after = await subjectOf("after");

  expect(missing()).toMatchObject([{ level: 40, directory: join(folder, "words") }]);
  expect(before).toMatch(/shop\.example\.com/);
  expect(after).toBe("In our own words");
});

test("A change to a folder that is not there is warned of, too; one to a folder that is there is not, whatever brand has none of its own.", async () => {
  const { folder, replace, missing } = await worker((folder) => `{ directory: ${folder}, brand: Example Hosting }`);
  const atStart = missing();

  replace(`{ directory: ${folder}/slip }`);
  await vi.waitFor(() => expect(missing()).toMatchObject([{ directory: join(folder, "slip") }]), {
    timeout: 10_000,
    interval: 10,
  });

  expect(atStart).toEqual([]);
});
