// What people wrote into a sentence about people: names, addresses and numbers, and the sentence without them.
import type { Contact } from "../../panel/contact.ts";
import type { Order } from "../order.ts";
import type { CertificateRecord } from "../record.ts";

/** RFC 5321 addresses as people write them, also between brackets: none goes beyond a word, and a word holds one at most. */
const WORD = /[^\s<>()[\]"',;:]+/g;
const ADDRESS = /^.+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+/su;
/** An international number, however it is grouped. */
const NUMBER = /\+\d[\d .()/-]{6,}\d/g;

/** What may stand in a sentence about the customer and contacts whom `isWanted` names by their e-mail address. */
export function wordsOf(
  order: Order,
  { terms }: Pick<CertificateRecord, "terms">,
  isWanted: (email: string) => boolean = () => true,
): string[] {
  return [order, terms].flatMap(({ customer, contacts, tenant }: Pick<Order, "customer" | "contacts" | "tenant">) => [
    ...(isWanted(customer.email) ? [customer.email, customer.name ?? "", tenant ?? ""] : []),
    ...Object.values(contacts).flatMap((person) => (person && isWanted(person.email) ? personWords(person) : [])),
  ]);
}

function personWords({ firstName, lastName, organization = "", address1, phone, email }: Contact): string[] {
  const digits = phone.replace(/[^+\d]/g, "");
  return [
    `${firstName} ${lastName}`,
    `${lastName}, ${firstName}`,
    lastName,
    firstName,
    organization,
    address1,
    phone,
    digits,
    email,
  ];
}

/** Whole words only: a name that is part of a host name stays there. */
export function withoutWords(text: string, words: readonly string[], instead: string): string {
  const longestFirst = [...new Set(words)].filter((word) => word.length > 2).sort((a, b) => b.length - a.length);
  return longestFirst.flatMap(spellings).reduce((left, word) => left.replace(wholeWord(word), instead), text);
}

/** For those who must not know the people either: no address and no number of anybody. */
export function withoutPeople(text: string, words: readonly string[], hide: (address: string) => string): string {
  const left = text
    .replace(WORD, (word) => word.replace(ADDRESS, (address) => hide(address)))
    .replace(NUMBER, "[number]");
  return withoutWords(left, words, "[person]");
}

/** A short name may be a word of the language: it is one only as it was given, or in capitals. */
function spellings(word: string): string[] {
  return isShortName(word) ? [word, word.toUpperCase()] : [word];
}

function isShortName(word: string): boolean {
  return /^\p{L}{1,4}$/u.test(word);
}

function wholeWord(word: string): RegExp {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  const around = `(?<![\\p{L}\\p{N}@]|[\\p{L}\\p{N}][.-])${escaped}(?![\\p{L}\\p{N}@]|[.-][\\p{L}\\p{N}])`;
  return new RegExp(around, isShortName(word) ? "gu" : "giu");
}
