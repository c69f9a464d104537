// The layout as a rule: who may import whom, which file may know which package, and how large a room may grow.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

/** Who may import whom. `src/main.ts` starts every part, and is the one file that may know all rooms. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  producers: ["shared"],
  workers: ["shared"],
  shared: ["package.json"],
  sandbox: ["shared"],
  client: ["shared"],
  "main.ts": ["producers", "workers", "shared", "sandbox", "package.json"],
};

/** One door a package, so that a new major version is met in one place. */
const ONLY_IN: Record<string, RegExp> = {
  bullmq:
    /^(shared\/queue\/(queues|readable-job|waiting|fleet-time)|workers\/runtime\/(run|bounded-wait)|producers\/board|producers\/http\/.+)\.ts$/,
  nodemailer: /^workers\/notify\//,
  "prom-client": /^shared\/metrics\//,
  "bullmq-otel": /^shared\/tracing\//,
  "@fastify/otel": /^shared\/tracing\//,
  "@opentelemetry/api": /^shared\/tracing\//,
  "@opentelemetry/sdk-trace-node": /^shared\/tracing\//,
  undici: /^workers\/enom\/wire\//,
  "fast-xml-parser": /^workers\/enom\/wire\//,
  liquidjs: /^shared\/mail\//,
  "smtp-server": /^sandbox\/mail\//,
  "postal-mime": /^sandbox\/mail\//,
  "rate-limiter-flexible": /^workers\/enom\/traffic\/budget\.ts$/,
  "log-update": /^sandbox\//,
  "@inquirer/confirm": /^producers\/cli\//,
  "@inquirer/input": /^producers\/cli\//,
  "@inquirer/password": /^producers\/cli\//,
  "@inquirer/select": /^producers\/cli\//,
  "@bull-board/api": /^producers\/(board|http\/.+)\.ts$/,
  "openid-client": /^producers\/http\/sign-in\//,
  cookie: /^producers\/http\/session\/cookies\.ts$/,
  fastify: /^producers\//,
  commander: /^(main|producers\/(command-line|quick-program)|producers\/cli\/.+)\.ts$/,
};

const EMPTY_NAMES = /(^|\/)(utils?|helpers?|common|constants|types|misc|index|interfaces|managers?|services?)(\.ts)?$/;
const MOST_LINES = 250;
const MOST_FILES = 16;

const root = join(import.meta.dirname, "../src");
const files = globSync("**/*.ts", { cwd: root });
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
const textOf = (file: string): string => texts.get(file) ?? "";

interface Import {
  file: string;
  target: string;
  /** The file that is meant, from `src`; a package has none. */
  path: string | undefined;
}

/** Every import of every file, types and `import()` included. */
const imports = files.flatMap((file): Import[] =>
  [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, target = ""]) => ({
    file,
    target,
    path: target.startsWith(".") ? relative(root, join(root, dirname(file), target)) : undefined,
  })),
);

test("no import leads nowhere or into a room that may not be known there", () => {
  const wrong = imports.filter(({ file, path }) => {
    if (path === undefined) return false;
    const room = file.split("/")[0] ?? "";
    const other = path.startsWith("..") ? path.split("/").at(-1) : path.split("/")[0];
    return !existsSync(join(root, path)) || (other !== room && !MAY_IMPORT[room]?.includes(other ?? ""));
  });

  expect(imports.length).toBeGreaterThan(500);
  expect(wrong.map(shown)).toEqual([]);
});

test("each package is known only behind its own door", () => {
  const wrong = imports.filter(({ file, path, target }) => {
    const parts = target.split("/").slice(0, target.startsWith("@") ? 2 : 1);
    const door = path === undefined ? ONLY_IN[parts.join("/")] : undefined;
    return door !== undefined && !door.test(file);
  });

  expect(wrong.map(shown)).toEqual([]);
});

test("no two folders import each other, and no imports run in a circle, types included", () => {
  const byFolder = graphOf(imports.map(({ file, path }) => [dirname(file), path && dirname(path)]));
  const byFile = graphOf(imports.map(({ file, path }) => [file, path]));

  expect(circlesOf(byFolder)).toEqual([]);
  expect(circlesOf(byFile)).toEqual([]);
});

test("no folder holds more than 16 files, no file more than 250 lines, and no name says nothing", () => {
  const counts = Map.groupBy(files, (file) => dirname(file));
  const full = [...counts].filter(([, held]) => held.length > MOST_FILES).map(([folder]) => folder);
  const long = files.filter((file) => textOf(file).split("\n").length > MOST_LINES);

  expect(full).toEqual([]);
  expect(long).toEqual([]);
  expect(files.filter((file) => EMPTY_NAMES.test(file))).toEqual([]);
});

test("every file says in its first line what it is for", () => {
  expect(files.filter((file) => !/^(\/\/|\/\*\*?) ?\S/.test(textOf(file)))).toEqual([]);
});

test("the tests mirror the rooms: a folder of tests is a folder of the sources", () => {
  const rooms = new Set(files.map((file) => dirname(file)));
  const tests = globSync("{producers,workers,shared,sandbox,client}/**/*.test.ts", { cwd: import.meta.dirname });
  const strange = [...new Set(tests.map((file) => dirname(file)))].filter((folder) => !rooms.has(folder));

  // Two judges of the whole eNom client, with files of their own.
  expect(strange.sort()).toEqual(["workers/enom/fuzz", "workers/enom/hostile"]);
});

test("nothing reads the environment but the programs' own files", () => {
  const readers = files.filter((file) => /process\.env\b/.test(textOf(file)));

  // The sandbox looks for programs of this machine: their PATH is the process's own.
  expect(readers.filter((file) => !/(^|\/)main\.ts$|^sandbox\/redis\/binary\.ts$/.test(file))).toEqual([]);
});

test("a worker of one kind loads nothing of another: neither eNom's client nor the mail templates come by themselves", () => {
  const others = (loaded: ReadonlySet<string>, kinds: RegExp) => [...loaded].filter((file) => kinds.test(file));
  const loaded = loadedWith("workers/main.ts");

  expect([...loaded]).toContain("workers/runtime/run.ts");
  expect(others(loaded, /^workers\/(enom|open|purchase|order|reissue|notify|ledger)\//)).toEqual([]);
  expect(others(loadedWith("workers/notify/notify.ts"), /^workers\/(enom|open|purchase|ledger)\//)).toEqual([]);
});

/** Files that are loaded with a file, by its static imports; `import type` and `import()` load nothing. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = textOf(file).replace(/^import type [^;]*;/gm, "");
  for (const [, target = ""] of text.matchAll(/^(?:import|export) [^;]*?from "(\.[^"]+\.ts)";/gm)) {
    loadedWith(relative(root, join(root, dirname(file), target)), seen);
  }
  return seen;
}

/** Who imports whom; what imports itself, or something outside of `src`, is left out. */
function graphOf(arrows: readonly (readonly [string, string | undefined])[]): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [from, to] of arrows) {
    if (to === undefined || to === from || to.startsWith("..")) continue;
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

/** Each place from which one comes back to it, with the places on the way. */
function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reachable = (start: string): Set<string> => {
    const found = new Set<string>();
    const todo = [start];
    for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
      for (const next of graph.get(place) ?? []) {
        if (found.has(next)) continue;
        found.add(next);
        todo.push(next);
      }
    }
    return found;
  };
  const from = new Map([...graph.keys()].map((place) => [place, reachable(place)]));
  return [...from.keys()]
    .filter((place) => from.get(place)?.has(place))
    .map(
      (place) =>
        `${place} in a circle with ${[...graph.keys()].filter((each) => from.get(place)?.has(each) && from.get(each)?.has(place)).join(", ")}`,
    );
}

function shown({ file, target }: Import): string {
  return `${file} imports ${target}`;
}
