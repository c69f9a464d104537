// JSON from people and programs: read, or told by line and column what is wrong. Nothing of the text is quoted: it may
// hold secrets.

export type ReadJson = { value: unknown } | { fault: string };

/** `fault` is a sentence such as "line 3, column 14: a comma or } is missing here." */
export function readJson(text: string): ReadJson {
  const bare = text.replace(/^\uFEFF/, "");
  try {
    return { value: JSON.parse(bare) as unknown };
  } catch {
    return { fault: jsonFault(bare) };
  }
}

/**
 * What is wrong with a text that `JSON.parse` refuses. The engine's own words tell of no place for many texts, and
 * quote the others.
 */
export function jsonFault(text: string): string {
  if (text.trim() === "") return "it is empty.";
  const { at, why } = firstFault(text);
  const before = text.slice(0, at).split(/\r\n|\n|\r/);
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${why}.`;
}

/** What may come next: a value, or what stands between values. */
type Wanted = "value" | "first value" | "name" | "first name" | "colon" | "comma" | "end";

const WHITE = /[ \t\n\r]*/y;
/** RFC 8259, 7: quotation mark, backslash and control characters are escaped. Without the quotation mark that ends it. */
const UNCLOSED = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/uy;
const STRING = new RegExp(`${UNCLOSED.source}"`, UNCLOSED.flags);
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

function firstFault(text: string): { at: number; why: string } {
  const open: ("{" | "[")[] = [];
  let wanted: Wanted = "value";
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const ended = (): Wanted => (open.length === 0 ? "end" : "comma");

  for (;;) {
    take(WHITE);
    const next = text[at];
    const inner = open.at(-1);
    if (next === undefined)
      return { at, why: wanted === "end" ? "it cannot be read" : `it ends before ${TAIL[wanted](inner)}` };
    if (wanted === "end") return { at, why: "nothing may follow here" };
    const closes = next === (inner === "{" ? "}" : "]") && (wanted === "comma" || wanted.startsWith("first"));
    if (inner && closes) {
      open.pop();
      at += 1;
      wanted = ended();
    } else if (wanted === "comma" || wanted === "colon") {
      if (next !== (wanted === "comma" ? "," : ":")) return { at, why: `${TAIL[wanted](inner)} is missing here` };
      at += 1;
      wanted = wanted === "comma" && inner === "{" ? "name" : "value";
    } else if (wanted.endsWith("name")) {
      if (!take(STRING)) return stringFault(text, at) ?? { at, why: `${TAIL[wanted](inner)} is missing here` };
      wanted = "colon";
    } else if (next === "{" || next === "[") {
      open.push(next);
      at += 1;
      wanted = next === "{" ? "first name" : "first value";
    } else if (take(STRING) || take(SCALAR)) wanted = ended();
    else return stringFault(text, at) ?? { at, why: `${TAIL[wanted](inner)} is missing here` };
  }
}

const TAIL: Readonly<Record<Exclude<Wanted, "end">, (inner: "{" | "[" | undefined) => string>> = {
  value: () => "a value",
  "first value": () => "a value or ]",
  name: () => "a name in double quotes",
  "first name": () => "a name in double quotes or }",
  colon: () => "a colon",
  comma: (inner) => (inner === "{" ? "a comma or }" : "a comma or ]"),
};

/** Of a text in quotes that does not come to its end: the place where it goes wrong. */
function stringFault(text: string, at: number): { at: number; why: string } | undefined {
  if (text[at] !== '"') return undefined;
  UNCLOSED.lastIndex = at;
  UNCLOSED.test(text);
  const end = UNCLOSED.lastIndex;
  if (end >= text.length) return { at, why: "the text that begins here has no closing quote" };
  if (text[end] === "\\") return { at: end, why: "the backslash begins no valid escape" };
  return { at: end, why: "a line break or control character in a text must be escaped" };
}
