// A Node on this machine that cannot run the program by itself, where there is one.
import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";

export const oldNode: string | undefined = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find(isTooOld);

function isTooOld(node: string): boolean {
  try {
    return /^v(1\d|20|21)\./.test(
      execFileSync(node, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return false;
  }
}
