// Turns the bytes of an answer into text, whatever the answer claims about itself.

/**
 * The text of an XML body without byte order mark and without XML declaration. A byte order mark decides, then the
 * Content-Type, then the declaration, then UTF-8 (RFC 7303, 3.2). A sibling service of eNom's declares UTF-16 and sends
 * UTF-8, so UTF-16 is believed only when the first bytes look like it.
 * @throws TypeError for bytes that are not of the charset, RangeError for a charset that does not exist.
 */
export function decodeXml(body: Uint8Array, contentType: string | undefined): string {
  const charset = markOf(body) ?? wideOf(body) ?? findClaim(body, contentType) ?? "utf-8";
  const text = new TextDecoder(charset, { fatal: true }).decode(body);
  return text.replace(/^\uFEFF/, "").replace(/^<\?xml\s[^>]*\?>/, "");
}

function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

/** An XML document begins with `<`; in UTF-16 a zero byte stands beside it. */
function wideOf([first, second]: Uint8Array): string | undefined {
  if (first === 0x3c && second === 0) return "utf-16le";
  return first === 0 && second === 0x3c ? "utf-16be" : undefined;
}

/** What the answer says of itself; UTF-16 would have been seen in the bytes. */
function findClaim(body: Uint8Array, contentType = ""): string | undefined {
  const head = new TextDecoder("latin1").decode(body.subarray(0, 200));
  const claim =
    /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType) ?? /^<\?xml\s[^>]*\bencoding\s*=\s*["']([\w.-]+)/.exec(head);
  return claim?.[1] && !/^(utf-?16|ucs-?2)/i.test(claim[1]) ? claim[1] : undefined;
}
