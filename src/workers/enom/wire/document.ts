// The grammar of an answer: text in, one checked tree of elements out. Knows XML, not what eNom means by it.
import { ENTITY_ACTION, EntityDecoder } from "@nodable/entities";
import { XMLParser, XMLValidator } from "fast-xml-parser";

export interface XmlElement {
  /** Lower case: eNom writes `certid` and `CertID`, `CertGetApproverEMail` and `CertGetApproverEmail`. */
  name: string;
  /** The element's own text and CDATA, entities decoded, without blanks around it. */
  text: string;
  /** In document order; what may repeat is always a list, so one occurrence is nothing special. */
  children: XmlElement[];
}

/** eNom nests six deep; a purchase ledger should not be stopped by a document that nests for sport. */
const DEEPEST = 20;
const MOST_REFERENCES = 20_000;
/** A list of 250 certificates has some 10,000; a body of nothing else would keep the process busy for seconds. */
const MOST_TAGS = 50_000;

/**
 * `<!` that begins neither comment nor CDATA, `<?` that instructs nobody: the parser would pass over them, and over
 * what they hide.
 */
const STRANGE = /<!(?!--|\[CDATA\[)|<\?(?![A-Za-z_])/;

/**
 * Reads one complete, well-formed document. The parser alone would accept a document that was cut short, which for a
 * purchase is the difference between bought and unknown: hence the validator first.
 * @throws SyntaxError that quotes nothing of the document, since a proxy's error page may echo the request.
 */
export function parseDocument(xml: string): XmlElement {
  if (xml.trim() === "") throw new SyntaxError("nothing");
  if (STRANGE.test(xml)) throw new SyntaxError("a document that declares a DOCTYPE or the like");
  if (holdsMore(xml, "<", MOST_TAGS) || holdsMore(xml, "&", MOST_REFERENCES))
    throw new SyntaxError("a document of too many elements or references");
  const checked = XMLValidator.validate(xml);
  if (checked !== true) throw new SyntaxError(`a document that is not well-formed (${checked.err.code})`);
  // Inside an element of our own, because text beside the root would not show otherwise.
  const [whole] = elementOf("", partsOf(`<whole>${literal(xml)}</whole>`)).children;
  const [root, ...others] = whole?.children ?? [];
  if (!root || others.length > 0 || whole?.text !== "") throw new SyntaxError("a document without a single root");
  return root;
}

/** Counts before anything is parsed, and no further than it must. */
function holdsMore(xml: string, mark: string, most: number): boolean {
  let count = 0;
  for (let at = xml.indexOf(mark); at >= 0; at = xml.indexOf(mark, at + 1)) if (++count > most) return true;
  return false;
}

/**
 * Leaves a reference to what is no character (XML 1.0, 2.2) standing as it is written: the parser would drop it, and
 * put an id together from what stands around it.
 */
function literal(xml: string): string {
  if (!xml.includes("&#")) return xml;
  return xml.replace(/&(?=#(?:x([0-9a-f]+)|(\d+));)/gi, (mark, hex?: string, digits?: string) => {
    const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
    return code > 0x10ffff || /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(String.fromCodePoint(code))
      ? "&amp;"
      : mark;
  });
}

/**
 * The child of that name, any letter case.
 * @throws SyntaxError when there are two: what should be said once is not trusted twice.
 */
export function findChild(parent: XmlElement, name: string): XmlElement | undefined {
  const [child, ...others] = childrenNamed(parent, name);
  if (others.length > 0) throw new SyntaxError(`a document that says ${name} more than once`);
  return child;
}

export function childrenNamed(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name.toLowerCase());
}

/** Every element below `parent` whose lower case name fits, in document order. */
export function descendants(parent: XmlElement, fits: (name: string) => boolean): XmlElement[] {
  const found: XmlElement[] = [];
  const collect = ({ children }: XmlElement): void => {
    for (const child of children) {
      if (fits(child.name)) found.push(child);
      collect(child);
    }
  };
  collect(parent);
  return found;
}

/** One step of the parser's ordered output: an element's name with its contents, or `#text` with text. */
interface Part {
  [name: string]: Part[] | string;
}

function partsOf(xml: string): Part[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    jPath: false, // nobody here is told the path of each element, so none is put together
    parseTagValue: false, // "1e5" and "0x1F" are text here, not numbers
    trimValues: false,
    maxNestedTags: DEEPEST + 1,
    entityDecoder: new EntityDecoder({
      namedEntities: {},
      limit: { maxTotalExpansions: MOST_REFERENCES, maxExpandedLength: MOST_REFERENCES * 4, applyLimitsTo: "all" },
      onInputEntity: () => ENTITY_ACTION.THROW,
    }),
  });
  try {
    return parser.parse(xml) as Part[];
  } catch {
    throw new SyntaxError("a document beyond the limits of depth, names or entities");
  }
}

function elementOf(name: string, parts: Part[]): XmlElement {
  const element: XmlElement = { name: name.toLowerCase(), text: "", children: [] };
  for (const part of parts) {
    for (const key of Object.keys(part)) {
      const content = part[key] ?? "";
      if (typeof content === "string") element.text += content;
      else element.children.push(elementOf(key, content));
    }
  }
  element.text = element.text.trim();
  return element;
}
