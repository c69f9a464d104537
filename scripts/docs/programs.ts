// The pages that show a whole program show the one of examples/ that the tests run.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** `[examples/php/order.php](../../examples/php/order.php):`, and behind it a block of code. */
const BLOCK = /^(\[((?:examples|lua)\/\S+)\]\(\S+\):\n\n```\w+\n)[\s\S]*?^```$/gm;

/** Text of each page of docs/howto that shows one, by its path. */
export function pagesWithPrograms(root: string): Record<string, string> {
  const files = globSync("docs/howto/*.md", { cwd: root });
  const texts = files.map((file) => [file, readFileSync(join(root, file), "utf8")] as const);
  return Object.fromEntries(
    texts
      .filter(([, text]) => text.search(BLOCK) >= 0)
      .map(([file, text]) => [
        file,
        text.replace(
          BLOCK,
          (_all, head: string, program: string) => `${head}${readFileSync(join(root, program), "utf8")}\`\`\``,
        ),
      ]),
  );
}
