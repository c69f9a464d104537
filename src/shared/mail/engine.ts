// The template engine, held short: values are data, HTML is escaped, nothing is read from outside the folders, nothing
// runs for long.
import { Drop, Liquid } from "liquidjs";
import { piecesOf } from "./commands.ts";
import type { Part } from "./folders.ts";

export interface Engine {
  /**
   * Fills one file.
   * @throws Error naming file and line: no such file, its syntax, a variable or a filter that does not exist, and what
   * is wanted of a value that is null: it would come out as a hole
   */
  write(file: string, part: Part, scope: Record<string, unknown>): Promise<string>;
  /** What the file, and what it includes, wants from outside. @throws Error as `write` */
  asksFor(file: string, part: Part): Promise<Wish[]>;
}

/** A variable of a template, as `dns.name`, and where it is used. */
export interface Wish {
  path: string[];
  file: string;
  line: number;
}

/**
 * @param folders where files are looked for, the first goes first; links that lead out of them lead nowhere
 * @param settled whether the files change no more: then each is read once. Otherwise a change is seen at the next mail
 */
export function engineOver(folders: readonly string[], { settled }: { settled: boolean }): Engine {
  const common = {
    root: [...folders],
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    relativeReference: false,
    timezoneOffset: 0,
    cache: settled,
    // Ours end by themselves; somebody else's loop must not hold up the mails of all.
    ...(!settled && { parseLimit: 500_000, renderLimit: 2_000, memoryLimit: 10_000_000 }),
  };
  // Two engines, two caches: escaping is compiled into what a file was parsed to.
  const plain = new Liquid({ ...common });
  const escaping = new Liquid({ ...common, outputEscape: "escape" });
  for (const engine of [plain, escaping]) {
    engine.registerFilter("pieces", (text: unknown) => piecesOf(`${text}`));
    engine.registerFilter("unescape", (html: unknown) => unescaped(`${html}`));
  }
  const engineFor = (part: Part) => (part === "html" ? escaping : plain);

  return {
    write: (file, part, scope) => engineFor(part).renderFile(file, withNothing(scope)),
    async asksFor(file, part) {
      const engine = engineFor(part);
      const { globals } = await engine.analyze(await engine.parseFile(file));
      return Object.values(globals).flatMap((uses) =>
        uses.map(({ segments, location }) => {
          const computed = segments.findIndex((each) => typeof each !== "string");
          const path = segments.slice(0, computed < 0 ? undefined : computed).map(String);
          return { path, file: location.file ?? file, line: location.row };
        }),
      );
    },
  };
}

/** Of words that were captured as HTML (what prints them escapes them again), or to look for a value in them. */
export function unescaped(html: string): string {
  const characters: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", "#34": '"', "#39": "'" };
  return html.replace(/&(amp|lt|gt|#34|#39);/g, (entity, name: string) => characters[name] ?? entity);
}

/**
 * Null in every condition, filter and printed; of it nothing can be had, where null would give its properties as null
 * again.
 */
const NOTHING: unknown = Object.create(Drop.prototype, {
  valueOf: { value: () => null },
  toJSON: { value: () => null },
  toString: { value: () => "" }, // in a list that is joined
});

function withNothing(scope: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(scope).map(([name, value]) => [name, nothingIn(value)]));
}

function nothingIn(value: unknown): unknown {
  if (value === null) return NOTHING;
  if (Array.isArray(value)) return value.map(nothingIn);
  return typeof value === "object" ? withNothing(value as Record<string, unknown>) : value;
}

/** Where the engine met a fault: its words without the place, and the place. */
export function placeOf(error: unknown): { problem: string; file: string | undefined; line: number | undefined } {
  if (!(error instanceof Error)) return { problem: String(error), file: undefined, line: undefined };
  const token = "token" in error ? (error.token as { file?: string; getPosition?: () => number[] }) : undefined;
  return {
    problem: error.message.replace(/(, file:.*)?(, line:\d+(, col:\d+)?)?$/s, ""),
    file: token?.file,
    line: token?.getPosition?.()[0],
  };
}
