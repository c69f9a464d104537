// What of an answer people may read in a log: its ids, its status, its amounts. Anything else may be somebody's data.
import { descendants, type XmlElement } from "./document.ts";

const ID = /^\d{1,12}$/;
const AMOUNT = /^[-+($]?[\d,]{1,15}(\.\d{1,4})?\)?$/;
/** Words of eNom's own: no address, no domain, no markup has this form. */
const STATUS = /^[A-Za-z][A-Za-z ()/,-]{0,59}$/;

/** As the log spells them, and the form that each must have to be shown. */
const SHOWN: ReadonlyMap<string, readonly [name: string, form: RegExp]> = new Map(
  (
    [
      ["CertID", ID],
      ["OrderID", ID],
      ["CertStatusID", ID],
      ["StatusID", ID],
      ["TotalCertCount", ID],
      ["TotalRecords", ID],
      ["RecordCount", ID],
      ["CertStatus", STATUS],
      ["OrderStatus", STATUS],
      ["TransStatus", STATUS],
      ["AuthStatusName", STATUS],
      ["ReissueStatus", STATUS],
      ["ComodoReissueStatus", STATUS],
      ["Balance", AMOUNT],
      ["AvailableBalance", AMOUNT],
      ["OrderBillAmount", AMOUNT],
      ["TotalCharged", AMOUNT],
      ["Amount", AMOUNT],
    ] as const
  ).map(([name, form]) => [name.toLowerCase(), [name, form]]),
);

/**
 * By name, in document order. What a list has a value of in each row is counted instead: `CertID` of 250 rows is
 * `CertIDs=250`. What does not have the form of its name is left out.
 */
export function saidBy(root: XmlElement): Record<string, string> {
  const found = descendants(root, (name) => SHOWN.has(name));
  const byName = Map.groupBy(found, ({ name }) => name);
  const said: Record<string, string> = {};
  for (const [key, elements] of byName) {
    const [name, form] = SHOWN.get(key) ?? ["", ID];
    const texts = elements.map(({ text }) => text).filter((text) => text !== "");
    const [text, ...others] = [...new Set(texts)];
    if (text === undefined) continue;
    if (others.length > 0) {
      if (form === ID) said[`${name}s`] = String(texts.length);
    } else if (form.test(text)) said[name] = text;
  }
  return said;
}
