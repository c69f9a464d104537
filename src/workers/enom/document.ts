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

/**
 * Reads one complete, well-formed document. The parser alone would accept a document that was cut short, which for a purchase
 * is the difference between bought and unknown: hence the validator first.
 * @throws SyntaxError that quotes nothing of the document, since a proxy's error page may echo the request.
 */
export function parseDocument(xml: string): XmlElement {
  if (xml.trim() === "") throw new SyntaxError("nothing");
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new SyntaxError("a document that declares a DOCTYPE");
  const checked = XMLValidator.validate(xml);
  if (checked !== true) throw new SyntaxError(`a document that is not well-formed (${checked.err.code})`);
  const { children, text } = elementOf("", partsOf(xml));
  const [root, ...others] = children;
  if (!root || others.length > 0 || text !== "") throw new SyntaxError("a document without a single root");
  return root;
}

/** The child of that name, any letter case. @throws SyntaxError when there are two: what should be said once is not trusted twice. */
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
  return parent.children.flatMap((child) => [...(fits(child.name) ? [child] : []), ...descendants(child, fits)]);
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
    parseTagValue: false, // "1e5" and "0x1F" are text here, not numbers
    trimValues: false,
    maxNestedTags: DEEPEST,
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
  for (const [key, content] of parts.flatMap((part) => Object.entries(part))) {
    if (typeof content === "string") element.text += content;
    else element.children.push(elementOf(key, content));
  }
  element.text = element.text.trim();
  return element;
}
