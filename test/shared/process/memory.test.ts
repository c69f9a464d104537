// How much memory Node may keep is given to every process that stays up, however it is started, unless somebody has set it.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MEMORY_FLAGS, memoryFlags } from "../../../src/shared/process/memory.ts";

test("npm start, the launcher and the supervisor give the same", () => {
  const flags = MEMORY_FLAGS.join(" ");
  expect(readFileSync("bin/certfleet", "utf8")).toContain(`"${flags}"`);
  expect(JSON.parse(readFileSync("package.json", "utf8")).scripts.start).toContain(`node ${flags} src/main.ts start`);
  expect(memoryFlags({}, [])).toEqual(MEMORY_FLAGS);
});

test.each([
  [{ NODE_OPTIONS: "--max-old-space-size=300" }, []],
  [{}, ["--max_semi_space_size=16"]],
])("what somebody has set stays as it is", (env, given) => {
  expect(memoryFlags(env, given)).toEqual([]);
});
