// Takes PEM blocks out of texts that carry blanks, line breaks and chains around them.

/** Every certificate in the text, in its order, each in the strict form of RFC 7468: 64 columns, `\n` line ends. */
export function certificatesIn(text: string): string[] {
  const blocks = text.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g);
  return Array.from(blocks, ([, body = ""]) => {
    const lines = body.replace(/\s+/g, "").match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
  });
}
