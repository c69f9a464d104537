// Elements of an answer, and their two written forms: XML, and the flat text that eNom sends when nobody asks for XML.

export interface Element {
  readonly name: string;
  readonly content: string | readonly Element[];
  readonly form: "open" | "closed" | "cdata" | "padded";
  readonly type?: string;
}

/** `<Name>value</Name>`, also when the value is empty. */
export function leaf(name: string, value: string | number = ""): Element {
  return { name, content: String(value), form: "open" };
}

/** `<Name/>` */
export function closed(name: string): Element {
  return { name, content: "", form: "closed" };
}

/** `<Name><![CDATA[value]]></Name>` */
export function cdata(name: string, value = ""): Element {
  return { name, content: value, form: "cdata" };
}

/** CDATA followed by a line break and blanks, as eNom writes certificates: readers must trim. */
export function padded(name: string, value: string): Element {
  return { name, content: value, form: "padded" };
}

/** An element around others; `type` becomes the attribute `Type`. */
export function group(name: string, children: readonly Element[], type?: string): Element {
  return { name, content: children, form: "open", ...(type === undefined ? {} : { type }) };
}

export function xml(element: Element, indent = ""): string {
  const { name, content, form, type } = element;
  const open = type === undefined ? name : `${name} Type="${escaped(type)}"`;
  if (form === "closed") return `${indent}<${open}/>`;
  if (typeof content !== "string") {
    if (content.length === 0) return `${indent}<${open}></${name}>`;
    return [`${indent}<${open}>`, ...content.map((child) => xml(child, `${indent}  `)), `${indent}</${name}>`].join(
      "\n",
    );
  }
  if (form === "open") return `${indent}<${open}>${escaped(content)}</${name}>`;
  const padding = form === "padded" ? `\n${indent}` : "";
  // "]]>" inside would end the section, so it is cut in two.
  const data = allowed(content).replaceAll("]]>", "]]]]><![CDATA[>");
  return `${indent}<${open}><![CDATA[${data}]]>${padding}</${name}>`;
}

/** Elements that repeat: in flat text everything inside gets the number of the repetition (`OrderID2`). */
const REPEATING = new Set(["Cert", "OrderDetail", "Transaction", "response", "Approver", "WebServerType", "Agreement"]);

/** One `Key=Value` a leaf. (eNom API, ResponseType: Text) */
export function flat(elements: readonly Element[], suffix = ""): string[] {
  const seen = new Map<string, number>();
  return elements.flatMap(({ name, content }) => {
    if (typeof content === "string") return [`${name}${suffix}=${content.replace(/\s*[\r\n]+\s*/g, " ").trim()}`];
    if (!REPEATING.has(name)) return flat(content, /\d+$/.exec(name)?.[0] ?? suffix);
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return flat(content, String(number));
  });
}

function escaped(text: string): string {
  return allowed(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;");
}

/** Without the characters that XML 1.0 cannot carry (section 2.2). */
function allowed(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "");
}
