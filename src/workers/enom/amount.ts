// Reads eNom's many ways of writing money; everything beyond this file sees one.

/** A sign before the dollar sign, thousands in groups of three, at most four decimals. */
const FORM = /^(-?)\$?(?=\.?\d)(\d{1,3}(?:,\d{3}){1,3}|\d{0,12})(?:\.(\d{1,4}))?$/;

/**
 * `3,709.20`, `-$1,873.13`, `$19.95`, `8.95` as a canonical decimal: `3709.20`, `-1873.13`, …, with at least two decimals.
 * Never through a float, and never by dropping what is not understood: `parseFloat` reads `3,709.20` as 3.
 * (eNom API, GetBalance, GetCerts, GetTransHistory; US dollars)
 * @throws SyntaxError for anything else, such as the words `Not billed`.
 */
export function parseAmount(text: string): string {
  const parts = FORM.exec(text.trim());
  if (!parts) throw new SyntaxError("an amount that cannot be read");
  const [, sign = "", grouped = "", decimals = ""] = parts;
  const whole = grouped.replaceAll(",", "").replace(/^0+(?=\d)/, "") || "0";
  const fraction = decimals.padEnd(4, "0").replace(/0{1,2}$/, "");
  const isZero = /^[0.]+$/.test(whole + fraction);
  return `${isZero ? "" : sign}${whole}.${fraction}`;
}
