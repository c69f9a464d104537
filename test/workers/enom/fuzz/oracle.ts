// A second opinion on eNom's documents, written from the documentation alone and sharing nothing with the code under test.

export interface Element {
  name: string;
  text: string;
  children: Element[];
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/\s*([^\s<>]+)\s*>|<\s*([^\s<>/!?][^\s<>/]*)((?:[^"'<>]|"[^"]*"|'[^']*')*?)(\/?)>|([^<]+)/y;

/** The root of a document whose tags fit together; undefined for all others. Forgives what misleads nobody, as `</ a>` does. */
export function findRoot(xml: string): Element | undefined {
  const top: Element = { name: "", text: "", children: [] };
  const open = [top];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < xml.length) {
    const token = TOKEN.exec(xml);
    const here = open.at(-1);
    if (!token || !here) return undefined;
    const [, cdata, end, start, , alone, text] = token;
    here.text += cdata ?? plain(text ?? "");
    if (start) {
      const element: Element = { name: start, text: "", children: [] };
      here.children.push(element);
      if (!alone) open.push(element);
    }
    if (end && open.pop()?.name !== end) return undefined;
  }
  const [root, ...others] = top.children;
  return open.length === 1 && others.length === 0 && top.text.trim() === "" ? root : undefined;
}

const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(text: string): string {
  return text
    .replace(
      /&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/gi,
      (all, hex, digits) => character(hex ? Number.parseInt(hex, 16) : Number(digits)) ?? all,
    )
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, name: string) => NAMED[name] ?? "");
}

/** XML 1.0, 2.2; a reference to anything else says nothing but itself. */
function character(code: number): string | undefined {
  const isBlank = code === 9 || code === 10 || code === 13;
  const isCharacter = (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
  return isBlank || (isCharacter && code <= 0x10ffff) ? String.fromCodePoint(code) : undefined;
}

/** The bytes as text: a mark or a zero beside the first `<` means UTF-16, anything else is read as UTF-8. */
export function textOf(body: Uint8Array): string {
  const [first, second] = body;
  const little = (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0);
  const big = (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c);
  return new TextDecoder(little ? "utf-16le" : big ? "utf-16be" : "utf-8").decode(body);
}

/** Letter case means nothing to eNom. */
export function isNamed(element: Element, name: string): boolean {
  return element.name.toLowerCase() === name;
}

export function all(root: Element, name: string): Element[] {
  return root.children.flatMap((child) => [...(isNamed(child, name) ? [child] : []), ...all(child, name)]);
}

/** The text of the only child of this name; undefined when there is none or more than one. */
export function only(parent: Element | undefined, name: string): string | undefined {
  return onlyChild(parent, name)?.text.trim();
}

export function onlyChild(parent: Element | undefined, name: string): Element | undefined {
  const found = parent?.children.filter((child) => isNamed(child, name)) ?? [];
  return found.length === 1 ? found[0] : undefined;
}

/** Whole, and the answer to this command: the number of errors that it counts. */
function errorCount(root: Element | undefined, command: string): number | undefined {
  const whole =
    root !== undefined &&
    isNamed(root, "interface-response") &&
    only(root, "command")?.toLowerCase() === command.toLowerCase() &&
    only(root, "done")?.toLowerCase() === "true";
  const count = only(root, "errcount");
  return whole && /^\d+$/.test(count ?? "") ? Number(count) : undefined;
}

export function isSuccess(root: Element, command: string): boolean {
  return (
    errorCount(root, command) === 0 && all(root, "success").every(({ text }) => text.trim().toLowerCase() === "true")
  );
}

/** A whole document that says no in some way. */
export function isRefusal(root: Element, command: string): boolean {
  const errors = errorCount(root, command);
  const saysNo = ["success", "result"].some((name) =>
    all(root, name).some(({ text }) => /^(false|0|no|n)$/i.test(text.trim())),
  );
  return errors !== undefined && (errors > 0 || saysNo);
}

const HARMLESS = /^(3(?!07|18)\d\d(?!166)\d{3}|713254|[57]24(?!166)\d{3})$/;

/** Whole, every error with a code of its own, each code on the reviewed list, and no certificate or order named. */
export function isHarmlessRefusal(root: Element): boolean {
  const errors = errorCount(root, "PurchaseServices") ?? 0;
  const told = (name: RegExp): string[] =>
    everything(root).flatMap((each) =>
      name.test(each.name.toLowerCase()) && each.text.trim() ? [each.text.trim()] : [],
    );
  const numbers = told(/^responsenumber$/);
  return (
    errors > 0 &&
    numbers.length >= errors &&
    numbers.length >= told(/^err\d+$/).length &&
    numbers.every((number) => HARMLESS.test(number)) &&
    Number(only(root, "responsecount") ?? numbers.length) === numbers.length &&
    told(/^(cert|order)id$/).length === 0
  );
}

function everything(root: Element): Element[] {
  return root.children.flatMap((child) => [child, ...everything(child)]);
}
