// Promise: while certfleet.yaml is refused, a secret that is corrected in its own file counts, and everybody who must know hears of it.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { textOf } from "../../../src/shared/config/fleet-file.ts";
import { watchFleetFile } from "../../../src/shared/config/fleet-file-watch.ts";

const LOOK_MS = 20;

/** A fleet of one account whose password is in a file, what it takes that for, and what was said and called meanwhile. */
function followed() {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const folder = mkdtempSync(join(tmpdir(), "certfleet-watch-"));
  const [file, password] = [join(folder, "certfleet.yaml"), join(folder, "password")];
  const becomes = (path: string, text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  becomes(password, "first");
  becomes(file, accountWith(password));
  const said: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => said.push(JSON.parse(line) as Record<string, unknown>) });
  const live = watchFleetFile({ CERTFLEET_CONFIG: file }, log, LOOK_MS);
  onTestFinished(() => {
    live.stop();
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });
  const passwordNow = live.derive(({ accounts }) =>
    accounts.map((each) => textOf(each.passwordFile, "the password")).join(),
  );
  const heard: string[] = [];
  live.onChange(() => void heard.push(passwordNow()));
  const looks = (): void => void vi.advanceTimersByTime(2 * LOOK_MS); // a change counts when it has stood for one
  return { file, password, becomes, said, heard, passwordNow, looks };
}

const accountWith = (passwordFile: string): string =>
  `accounts:\n  - { id: main, apiUrl: "https://enom.example/", username: acme, passwordFile: ${passwordFile} }\n`;

test("While certfleet.yaml is wrong, a password that is corrected in its file counts, is told of, and the refusal is not forgotten.", () => {
  const { file, password, becomes, said, heard, passwordNow, looks } = followed();

  becomes(file, "accounts: [");
  looks();
  becomes(password, "second");
  looks();
  const meanwhile = passwordNow();
  becomes(file, accountWith(password));
  looks();

  expect([meanwhile, heard]).toEqual(["second", ["second", "second"]]);
  expect(said).toMatchObject([
    { event: "config.refused", file },
    { event: "config.reloaded", file, accounts: ["main"], stillRefused: true },
    { event: "config.reloaded", file, accounts: ["main"] },
  ]);
  expect(said.at(-1)).not.toHaveProperty("stillRefused");
});

test("While certfleet.yaml is wrong, nobody is told of a change that is none of the version in force.", () => {
  const { file, password, becomes, said, heard, looks } = followed();
  const another = `${password}-of-another`;

  becomes(file, accountWith(password) + accountWith(another).replace(/.*\n/, "").replace("main", "eu"));
  looks();
  becomes(another, "");
  becomes(file, "accounts: [");
  looks();
  becomes(file, "accounts: {");
  looks();

  expect(heard).toEqual([]);
  expect(new Set(said.map(({ event }) => event))).toEqual(new Set(["config.refused"]));
});

test("A password that cannot be read is told of once it can, not before.", () => {
  const { file, password, becomes, said, heard, looks } = followed();

  becomes(file, "accounts: [");
  looks();
  rmSync(password);
  looks();
  const before = heard.length;
  becomes(password, "third");
  looks();

  expect([before, heard]).toEqual([0, ["third"]]);
  expect(said.map(({ event }) => event)).toEqual(["config.refused", "config.reloaded"]);
});
