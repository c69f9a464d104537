// `npm run check`: types, format and lint, and promises that nobody awaits. Side by side, since each of them waits for files
// and for itself on one of two cores; each speaks when it has ended. Import circles and the ends of imports are not Biome's: it
// would read the project once more for them, and test/rooms.test.ts and the compiler see them.
import { spawn } from "node:child_process";

const CHECKS = [
  // Several threads would each work out the same types. By its path: the checkers of the package bring another version of `tsc`.
  ["node", "node_modules/typescript-compiler/bin/tsc", "--noEmit", "--singleThreaded"],
  ["node", "node_modules/typescript-compiler/bin/tsc", "--noEmit", "--project", "integrations/billmanager"],
  ["biome", "ci", "--colors=off", "."],
  ["oxlint", "--type-aware", "--quiet", "-A", "all", "-D", "typescript/no-floating-promises", "src", "test"],
];

/** Two of them are written in Go: its collector runs when the memory has grown fivefold, not twofold. */
const env = { ...process.env, GOGC: "400" };

const codes = await Promise.all(CHECKS.map(run));
if (codes.some((code) => code !== 0)) process.exitCode = 1;

/** The programs of node_modules/.bin are in PATH, as npm has it. Answers with the exit code. */
function run([program, ...words]) {
  return new Promise((resolve) => {
    const said = [];
    const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => said.push(bytes));
    child.once("error", (error) => said.push(`${program}: ${error.message}\n`));
    child.once("close", (code) => {
      process.stdout.write(Buffer.concat(said.map((each) => Buffer.from(each))));
      resolve(code ?? 1);
    });
  });
}
