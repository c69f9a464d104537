// The layout as a rule: who may import whom, and which file may know which package.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const MAY_IMPORT: Record<string, readonly string[]> = {
  producers: ["shared"],
  workers: ["shared"],
  shared: [],
  sandbox: ["shared"],
  "main.ts": ["producers", "workers", "shared", "sandbox", "package.json"],
};

/** One door a package, so that a new major version is met in one place. */
const ONLY_IN: Record<string, RegExp> = {
  bullmq: /^(shared\/queues|workers\/run|producers\/(schedule|board)|producers\/http\/.+)\.ts$/,
  nodemailer: /^workers\/notify\//,
  undici: /^workers\/enom\//,
  "fast-xml-parser": /^workers\/enom\//,
  liquidjs: /^shared\/mail\//,
  "smtp-server": /^sandbox\//,
  "postal-mime": /^sandbox\//,
  "rate-limiter-flexible": /^workers\/enom\/budget\.ts$/,
  "@inquirer/prompts": /^producers\/cli\//,
  fastify: /^producers\//,
  commander: /^(main|producers\/cli\/.+)\.ts$/,
};

const EMPTY_NAMES = /(^|\/)(utils?|helpers?|common|constants|types|misc|index|interfaces|managers?|services?)(\.ts)?$/;
const root = join(import.meta.dirname, "../src");

const files = globSync("**/*.ts", { cwd: root });

test.for(files)("%s stays in its room", (file) => {
  const text = readFileSync(join(root, file), "utf8");
  const room = file.split("/")[0] ?? "";
  for (const [, target = ""] of text.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)) {
    if (!target.startsWith(".")) {
      const name = target
        .replace(/^node:.*/, "")
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/");
      const allowed = ONLY_IN[name];
      if (allowed) expect(file, `${name} is known only to ${allowed}`).toMatch(allowed);
      continue;
    }
    const path = relative(root, join(root, dirname(file), target));
    expect(existsSync(join(root, path)), `${file} imports ${target}`).toBe(true);
    const other = path.startsWith("..") ? path.split("/").at(-1) : path.split("/")[0];
    if (other !== room) expect(MAY_IMPORT[room], `${file} imports ${target}`).toContain(other);
  }
});

test("every room's name says what it is, and no room has grown past 250 lines", () => {
  const long = files.filter((file) => readFileSync(join(root, file), "utf8").split("\n").length > 250);

  expect(files.filter((file) => EMPTY_NAMES.test(file))).toEqual([]);
  expect(long).toEqual([]);
});

test("every file says in its first line which room it is", () => {
  const silent = files.filter((file) => !/^(\/\/|\/\*\*?) ?\S/.test(readFileSync(join(root, file), "utf8")));

  expect(silent).toEqual([]);
});

test("nothing reads the environment but the programs' own files", () => {
  const readers = files.filter((file) => /process\.env\b/.test(readFileSync(join(root, file), "utf8")));

  // The sandbox looks for programs of this machine: their PATH is the process's own.
  expect(readers.filter((file) => !/(^|\/)main\.ts$|^sandbox\/redis-binary\.ts$/.test(file))).toEqual([]);
});

/** Files that are loaded with a file, by its static imports; `import type` and `import()` load nothing. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(root, file), "utf8").replace(/^import type [^;]*;/gm, "");
  for (const [, target = ""] of text.matchAll(/^(?:import|export) [^;]*?from "(\.[^"]+\.ts)";/gm)) {
    loadedWith(relative(root, join(root, dirname(file), target)), seen);
  }
  return seen;
}

test("a worker of one kind loads nothing of another: neither eNom's client nor the mail templates come by themselves", () => {
  const loaded = [...loadedWith("workers/main.ts")];

  expect(loaded).toContain("workers/run.ts");
  expect(loaded.filter((file) => /^workers\/(enom|open|reissue|notify|ledger)\//.test(file))).toEqual([]);
  expect(
    [...loadedWith("workers/notify/notify.ts")].filter((file) => /^workers\/(enom|open|ledger)\//.test(file)),
  ).toEqual([]);
});
