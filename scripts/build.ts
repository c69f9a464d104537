// `npm run build`: makes dist, which is what the package has in place of src: the program with all that it reads, and the two
// clients for ECMAScript and CommonJS with their types. `npm run check` checks types; here they are only left out.
import { spawnSync } from "node:child_process";
import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "tsdown";

const root = resolve(import.meta.dirname, "..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
buildProgram();
await buildClients();

/** Every file for itself, at the place that it has in src, so that what lies beside it is found as before. */
function buildProgram(): void {
  const tsc = join(root, "node_modules/typescript-compiler/bin/tsc");
  const { status, error } = spawnSync(process.execPath, [tsc, "--project", "tsconfig.build.json"], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw error ?? new Error(`the compiler ended with ${status}`);
  for (const file of globSync("src/**/*", { cwd: root, withFileTypes: true })) {
    const from = join(file.parentPath, file.name);
    if (file.isFile() && !file.name.endsWith(".ts")) cpSync(from, join(dist, from.slice(root.length)));
  }
  const filter = (path: string): boolean => !path.includes(".test.");
  for (const folder of ["templates", "deploy"])
    cpSync(join(root, folder), join(dist, folder), { recursive: true, filter });
  // What the program reads of itself, and that its files are modules.
  const { name, version, type } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(dist, "package.json"), `${JSON.stringify({ name, version, type, private: true }, null, 2)}\n`);
}

/** Each client is one file, so that no other file of the program is loaded into somebody else's process. */
async function buildClients(): Promise<void> {
  await build({
    config: false,
    cwd: root,
    entry: { certfleet: "src/client/http/client.ts", queue: "src/client/queue/queue.ts" },
    outDir: "dist/client",
    format: ["esm", "cjs"],
    platform: "node",
    target: "node20",
    dts: { oxc: { stripInternal: true } }, // all that the clients show has its type written down
    sourcemap: true,
    treeshake: { moduleSideEffects: "no-external" }, // what only other parts of a bundled file need is not loaded
    clean: false,
    hash: false,
    logLevel: "error",
    checks: { pluginTimings: false },
    tsconfig: "tsconfig.json",
  });
  // As of the program: a map names file and line of the repository, and does not hold the text of each once more.
  for (const file of globSync("dist/client/*.map", { cwd: root })) {
    const { sourcesContent: _texts, ...map } = JSON.parse(readFileSync(join(root, file), "utf8"));
    writeFileSync(join(root, file), JSON.stringify(map));
  }
}
