// Promises about reading an answer's bytes and XML, harmless or not.
import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeXml } from "../../../../src/workers/enom/wire/charset.ts";
import { childrenNamed, descendants, findChild, parseDocument } from "../../../../src/workers/enom/wire/document.ts";

test("an element is found however eNom spells its name", () => {
  for (const spelling of ["certid", "CertID", "CERTID"]) {
    const root = parseDocument(`<r><${spelling}>900123</${spelling}></r>`);

    expect(findChild(root, "CertID")?.text).toBe("900123");
  }
});

test("a list of one is a list, and a list of none is empty", () => {
  const one = parseDocument("<r><Cert><CertID>1</CertID></Cert></r>");

  expect(childrenNamed(one, "Cert")).toHaveLength(1);
  expect(childrenNamed(parseDocument("<r/>"), "Cert")).toEqual([]);
});

test("what should be said once and is said twice is not believed", () => {
  const root = parseDocument("<r><CertID>1</CertID><certid>2</certid></r>");

  expect(() => findChild(root, "certid")).toThrow(SyntaxError);
});

test("text, CDATA and numeric references are read as one text, and CDATA is left as it is", () => {
  const root = parseDocument("<r><a> x&amp;&#228;&#x41; <![CDATA[a=1&amp;b=<2>]]>\n</a><b>1e5</b></r>");

  expect(findChild(root, "a")?.text).toBe("x&äA a=1&amp;b=<2>");
  expect(findChild(root, "b")?.text).toBe("1e5");
});

test("a reference to what is no character patches nothing together: it is left as it is written", () => {
  for (const none of ["&#0;", "&#x1F;", "&#xD800;", "&#1114112;", "&#xFFFF;", "&nobody;"]) {
    expect(parseDocument(`<r><certid>900${none}123</certid></r>`).children).toMatchObject([{ text: `900${none}123` }]);
    expect(() => parseDocument(`<r/>${none}`), none).toThrow(SyntaxError);
  }
});

test("elements with hyphens and at any depth are found", () => {
  const root = parseDocument("<r><a><Trans-Date>1</Trans-Date></a><Trans-Date>2</Trans-Date></r>");

  expect(descendants(root, (name) => name === "trans-date").map(({ text }) => text)).toEqual(["1", "2"]);
});

test("documents made to harm are refused", () => {
  const bombs = {
    doctype: '<!DOCTYPE r [<!ENTITY a "aaaa">]><r>&a;</r>',
    "lower case doctype": "<!doctype html><html></html>",
    "a declaration in the middle": "<r><!ENTITY a 'b'></r>",
    "a declaration of nothing known": "<r><!BDATA[<Done>false</Done>]]></r>",
    "an instruction to nobody": "<r><?><Done>true</Done>?></r>",
    external: '<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
    prototype: "<r><__proto__>1</__proto__></r>",
    depth: `${"<a>".repeat(25)}${"</a>".repeat(25)}`,
    references: `<r>${"&#65;".repeat(20_001)}</r>`,
    "two roots": "<r/><r/>",
    "text beside the root": "<r></r>text",
    "references beside the root": "<r></r>&lt;",
    "an element that closes more than it opened": "</whole><whole><r/></whole><whole>",
    empty: "",
    blank: " \n",
    "plain text": ";URL Interface\r\nErrCount=0",
    "crossed tags": "<a><b></a></b>",
  };

  for (const [name, xml] of Object.entries(bombs)) expect(() => parseDocument(xml), name).toThrow(SyntaxError);
});

test("no refusal quotes the document, which may echo a password", () => {
  for (const xml of [
    "<canary>",
    "<a><canary></a>",
    "<__proto__>canary</__proto__>",
    "<!DOCTYPE canary>",
    "canary",
    "<a canary></a>",
  ]) {
    expect(() => parseDocument(xml)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("canary") }),
    );
  }
});

test("whatever arrives ends in a tree or in a refusal, never in a crash", () => {
  const pieces = fc.constantFrom(
    "<a>",
    "</a>",
    "<b/>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "&#0;",
    "&x;",
    "<?p",
    "?>",
    "t",
    "<",
    ">",
    '"',
    "<a b='",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((parts) => parts.join("")),
      ),
      (xml) => {
        try {
          expect(parseDocument(xml).name).not.toBe("");
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test("the charset is taken from the bytes first, then from what the answer says of itself", () => {
  const body = "<a>é€</a>";
  const utf8 = Buffer.from(body);
  const utf16 = Buffer.from(body, "utf16le");
  const declared = (charset: string): Buffer => Buffer.from(`<?xml version="1.0" encoding="${charset}"?>${body}`);

  expect(decodeXml(utf8, undefined)).toBe(body);
  expect(decodeXml(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8]), "text/xml; charset=iso-8859-1")).toBe(body);
  expect(decodeXml(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]), undefined)).toBe(body);
  expect(decodeXml(utf16, "text/xml")).toBe(body);
  expect(decodeXml(Buffer.from(utf16).swap16(), "text/xml; charset=utf-16")).toBe(body);
  expect(decodeXml(declared("utf-16"), "text/xml")).toBe(body);
  expect(decodeXml(declared("utf-8"), "text/xml; charset=UTF-16")).toBe(body);
  expect(decodeXml(Buffer.from("<a>\xe9</a>", "latin1"), 'text/xml; charset="iso-8859-1"')).toBe("<a>é</a>");
  expect(decodeXml(Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>\x80</a>', "latin1"), undefined)).toBe(
    "<a>€</a>",
  );
});

test("bytes that are not of their charset are refused rather than patched", () => {
  expect(() => decodeXml(Buffer.from("<a>\xe9</a>", "latin1"), undefined)).toThrow(TypeError);
  expect(() => decodeXml(Buffer.from("<a/>"), "text/xml; charset=no-such-thing")).toThrow(RangeError);
});
