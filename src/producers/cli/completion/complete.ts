// Answers a shell at Tab: what may stand in place of the last word. Never slow, and never an error: then there is nothing to offer.
import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import type { ProgramContext } from "../own-redis.ts";

/** So long a person waits for references; verbs and options are there at once. */
const REFERENCES_MS = 800;
const MOST_REFERENCES = 200;

/** Writes to standard output, in the form that the scripts of @bomb.sh/tab read, and ends the process. */
export async function complete(
  words: string[],
  { context, program }: { context: ProgramContext; program: Command },
): Promise<never> {
  const root = tab(program, { completionCommandName: "completion" });
  const verbs = [...root.commands].filter(([, { arguments: takes }]) => takes.has("reference"));
  const typed = words.slice(0, -1).filter((word) => !word.startsWith("-"));
  const start = words.at(-1) ?? "";
  if (!start.startsWith("-") && verbs.some(([name]) => isNamed(name, typed))) {
    const asked = { ...givenTo("url", words), ...givenTo("profile", words) };
    const references = await inTime(findReferences({ ...context, asked }, start));
    const offerAll = (offer: (value: string, description: string) => void): void => {
      for (const each of references) offer(each, "");
    };
    for (const [, { arguments: takes }] of verbs) Object.assign(takes.get("reference") ?? {}, { handler: offerAll });
  }
  root.parse(words);
  process.exit(0); // a connection that is still being made is not waited for
}

function isNamed(verb: string, typed: readonly string[]): boolean {
  const words = verb.split(" ");
  return verb !== "" && words.every((word, at) => typed[at] === word);
}

/** An option of the program that stands among the words. */
function givenTo(option: "url" | "profile", words: readonly string[]): Record<string, string> {
  const at = words.indexOf(`--${option}`);
  const value = at < 0 ? undefined : words[at + 1];
  return value ? { [option]: value } : {};
}

async function inTime(found: Promise<string[]>): Promise<string[]> {
  const late = new Promise<string[]>((resolve) => void setTimeout(resolve, REFERENCES_MS, []));
  return Promise.race([found.catch(() => []), late]);
}

/** The newest ones that begin so. */
async function findReferences(context: ProgramContext, start: string): Promise<string[]> {
  const { findGateway } = await import("../target.ts");
  const gateway = await findGateway(context);
  if (gateway) {
    const { callTo } = await import("../port/http-call.ts");
    const asked = { query: { limit: MOST_REFERENCES }, ms: REFERENCES_MS };
    const answer = await callTo(gateway, () => Promise.reject(new Error("once is enough")))(
      "GET",
      "/certificates",
      asked,
    );
    if ("ending" in answer) return [];
    const { items } = answer.body as { items: { reference: string }[] };
    return items.map(({ reference }) => reference).filter((each) => each.startsWith(start));
  }
  const { withRedis } = await import("../connection.ts");
  return withRedis(context, async ({ redis, keys }) => {
    const newest = await redis.zrevrange(keys.byAcceptance, 0, MOST_REFERENCES - 1);
    return newest.filter((each) => each.startsWith(start));
  });
}
