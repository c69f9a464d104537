// Real processes that write the journal and are killed, or run out of space, in the middle of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { lines } from "./line.ts";
import { filesUnder, newFolder, newPrefix, opened } from "./support.ts";

const program = resolve(import.meta.dirname, "append-loop.ts");

/** `sh` gives the process its limits and then becomes it. */
function start(limits: string, args: readonly string[]) {
  const child = spawn("sh", ["-c", `${limits} exec "$0" "$@"`, process.execPath, program, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

const places = [
  { kind: "a shared folder", newLocation: newFolder },
  { kind: "a second Redis", newLocation: async () => inject("redisUrl") },
];

test.each(places)("whatever was acknowledged in $kind before a kill -9 is there after it", async ({ newLocation }) => {
  const [location, prefix] = [await newLocation(), newPrefix()];

  const acknowledged = await Promise.all(
    ["one", "other"].map(async (reference) => {
      const child = start("", [location, prefix, reference]);
      const gone = once(child, "exit");
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (more: string) => {
        output += more;
      });
      await vi.waitFor(() => expect(output.split("\n").length).toBeGreaterThan(60), { timeout: 15_000, interval: 5 });
      child.kill("SIGKILL");
      await gone;
      return { reference, last: Number(output.split("\n").at(-2)) };
    }),
  );

  const journal = await opened(location, prefix);
  const all = await journal.read("main");
  for (const { reference, last } of acknowledged) {
    const kept = all.filter((each) => each.reference === reference);
    expect(kept.length).toBeGreaterThanOrEqual(last);
    expect(kept.map(({ seq }) => seq)).toEqual(lines(1, kept.length).map(({ seq }) => seq));
  }
  expect((await journal.highest("main"))?.seq).toBe(all.at(-1)?.seq);
});

test("a write that the system cuts off in the middle of a line loses no step and spoils no file", async () => {
  const [location, prefix] = [await newFolder(), newPrefix()];

  const child = start("ulimit -f 4;", [location, prefix, "bill-1", "100"]); // blocks of 512 bytes: some seven lines a file
  const said = (await text(child.stdout)).trim().split("\n");

  const failed = said.filter((word) => word === "Unavailable");
  expect(said).toHaveLength(100);
  expect(failed.length).toBeGreaterThan(5);
  expect(said.filter((word) => /^\d+$/.test(word))).toHaveLength(100 - failed.length);
  expect((await filesUnder(location, ".jsonl")).length).toBeGreaterThan(5);
  const journal = await opened(location, prefix);
  expect(await journal.read("main")).toEqual(lines(1, 100));
});
