// Fields of answers that were not read: missing, in another form, or new.
import { parseDate } from "../../enom/commands/date.ts";
import { parseAmount } from "../../enom/commands/fields.ts";
import { childrenNamed, descendants, type XmlElement } from "../../enom/wire/document.ts";
import { formOf, shownText } from "../../enom/wire/not-understood.ts";
import { isKnownElement } from "../answers/elements.ts";
import type { ReadAnswer } from "../answers/read-answer.ts";
import { switchesOf } from "../answers/recorded.ts";
import type { Switch } from "../answers/switches.ts";
import { type About, type Found, found } from "./found.ts";

const STOPS = "What the fleet cannot read it does not guess: work that needs this field stops and tells a person.";
const GOES_ON = "Nothing is decided by it: the fleet goes on without.";

/** What the readers themselves complained about. */
export function readerFaults({ answers }: About): Found[] {
  return answers.flatMap((read) =>
    read.faults
      .filter(({ element }) => element !== "document" || read.verdict?.kind === "success")
      .filter(({ element }) => !isDate(element))
      .map(({ element, form, problem, certId }) => {
        const isAbsent = form === "nothing";
        const kind = element === "document" ? "not-a-document" : isAbsent ? "field-missing" : "unreadable";
        const isThere = read.root && descendants(read.root, (name) => name === element.toLowerCase()).length > 0;
        const nothing = isThere ? "empty" : "absent";
        const seen = element === "document" ? problem : isAbsent ? nothing : `${form}; it ${problem}`;
        const example = certId === null ? null : `CertID ${certId}`;
        const isTotalThere =
          element === "AvailableBalance" && read.root && childrenNamed(read.root, "Balance").length > 0;
        const wanted: Switch | null = isTotalThere ? { kind: "balance", value: "total" } : null;
        return found(read, { kind, element, seen, means: STOPS, wanted, ...(example && { example }) });
      }),
  );
}

const DATES = /^(orderdate|expirationdate|configdate|trans-date|requestdatetime|billdate)$/;

function isDate(element: string): boolean {
  return DATES.test(element.toLowerCase());
}

/** The form that reads it. */
function dateSwitch(text: string): Switch | null {
  const value = (["iso", "day-first"] as const).find((form) => isRead(() => parseDate(text, form)));
  return value === undefined ? null : { kind: "dates", value };
}

/** A date of numbers names nobody. */
const NUMBERS = /^[\d\s.:/TZ+-]{4,32}( ?[AP]M)?$/i;

/** Dates that are there and cannot be read: what they say is seen as its form. */
export function dateForms({ answers, around }: About): Found[] {
  const { dates } = switchesOf(around);
  return successes(answers).flatMap(([read, root]) =>
    descendants(root, (name) => DATES.test(name))
      .filter(({ text }) => text !== "" && !isRead(() => parseDate(text, dates)))
      .map(({ name, text }) =>
        found(read, {
          ...{ kind: "date-form", element: name, seen: formOf(text), matters: /^(orderdate|trans-date)$/.test(name) },
          ...(NUMBERS.test(text) && { sample: text }),
          wanted: dateSwitch(text),
          means:
            name === "orderdate" ? `The fleet reads 5/6/2025 or 5/6/2025 9:08:07 AM (month first). ${STOPS}` : GOES_ON,
        }),
      ),
  );
}

const AMOUNTS = /^(balance|resellerprice|retailprice|orderbillamount|amount|availablebalance)$/;

/** Amounts that a reader passes over in silence. */
export function amountForms({ answers }: About): Found[] {
  return successes(answers).flatMap(([read, root]) => {
    const told = new Set(read.faults.map(({ element }) => element.toLowerCase()));
    return descendants(root, (name) => AMOUNTS.test(name) && !told.has(name))
      .filter(({ text }) => text !== "" && !isRead(() => parseAmount(text)))
      .map(({ name, text }) =>
        found(read, {
          kind: "unreadable",
          element: name,
          seen: formOf(text),
          means: GOES_ON,
          matters: !/^(balance|retailprice)$/.test(name),
        }),
      );
  });
}

/** What each row, or the answer, always has by the documentation, and the fleet reads and can do without. */
const EXPECTED: readonly { command: string; row?: string; elements: readonly string[] }[] = [
  { command: "GetBalance", elements: ["Balance"] },
  {
    command: "CertGetCerts",
    row: "cert",
    elements: ["OrderID", "IsExpired", "CertStatus", "ExpirationDate", "OrderDate"],
  },
  {
    command: "CertGetCertDetail",
    row: "certgetcertdetail",
    elements: ["OrderID", "OrderDate", "ProdType", "ValidityPeriod", "CertStatus", "ExpirationDate"],
  },
  { command: "GetOrderList", row: "orderdetail", elements: ["OrderDate", "StatusDesc"] },
  { command: "GetTransHistory", row: "transaction", elements: ["Trans-Date", "TransStatus"] },
  { command: "GetOrderDetail", row: "order", elements: ["OrderDate", "StatusDesc"] },
];

/** Absent, not empty: eNom leaves much empty. */
export function missingFields({ answers }: About): Found[] {
  return successes(answers).flatMap(([read, root]) => {
    const told = new Set(read.faults.map(({ element }) => element.toLowerCase()));
    return EXPECTED.filter(({ command }) => command === read.recorded.command).flatMap(({ row, elements }) => {
      const rows = row === undefined ? [root] : descendants(root, (name) => name === row);
      return elements
        .filter((element) => !told.has(element.toLowerCase()))
        .flatMap((element) => {
          const count = rows.filter((each) => childrenNamed(each, element).length === 0).length;
          if (count === 0) return [];
          const seen = rows.length > 1 ? `absent in ${count} of ${rows.length} rows` : "absent";
          const matters = element === "OrderDate" && read.recorded.command === "CertGetCerts";
          return [found(read, { kind: "field-missing", element, seen, means: matters ? STOPS : GOES_ON, matters })];
        });
    });
  });
}

/** Elements that the documentation does not show. */
export function newElements({ answers }: About): Found[] {
  return answers.flatMap((read) => {
    const { root, recorded } = read;
    if (!root) return [];
    return strangersIn(root, recorded.command).map(({ name, text, children }) => {
      const seen = children.length > 0 ? `${children.length} elements within` : shownText(name, text) || "empty";
      return found(read, { kind: "new-element", element: name, seen, matters: false, means: "Nothing here reads it." });
    });
  });
}

/** Of one that is new only itself: what is within it is new with it. */
function strangersIn(element: XmlElement, command: string): XmlElement[] {
  return element.children.flatMap((child) =>
    isKnownElement(command, child.name) ? strangersIn(child, command) : [child],
  );
}

function successes(answers: readonly ReadAnswer[]): [ReadAnswer, XmlElement][] {
  return answers.flatMap((read) =>
    read.verdict?.kind === "success" && read.root ? [[read, read.root] as [ReadAnswer, XmlElement]] : [],
  );
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
