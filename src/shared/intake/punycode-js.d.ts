// The package brings no types of its own.
declare module "punycode.js" {
  const punycode: {
    /** @throws RangeError where the text is no Punycode (RFC 3492) */
    decode(encoded: string): string;
  };
  export default punycode;
}
