// In which language the console speaks: `?lang=`, else the person's own, else what the browser asks for, else English.
import type { FastifyRequest } from "fastify";
import { ourLanguages } from "../../../../shared/mail/folders.ts";

export type Language = (typeof ourLanguages)[number];
export { ourLanguages as languages } from "../../../../shared/mail/folders.ts";

export const languageNames: Readonly<Record<Language, string>> = { en: "English", es: "Español", ru: "Русский" };

/** For dates and numbers (BCP 47). Times are UTC everywhere, and say so. */
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", es: "es-ES", ru: "ru-RU" };

export function isLanguage(text: unknown): text is Language {
  return ourLanguages.some((each) => each === text);
}

export function languageOf({ query, headers, caller }: FastifyRequest): Language {
  const { lang } = (query ?? {}) as { lang?: unknown };
  if (isLanguage(lang)) return lang;
  return caller.language ?? acceptedLanguage(headers["accept-language"]);
}

/** RFC 9110, 12.5.4: the highest quality first; a region is left out. */
export function acceptedLanguage(header = ""): Language {
  const asked = header.split(",").map((part) => {
    const [range = "", ...parameters] = part.trim().toLowerCase().split(";");
    const quality = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((each) => each !== undefined);
    return { tag: range.split("-")[0], quality: quality === undefined ? 1 : Number(quality) };
  });
  const known = asked.filter(({ tag, quality }) => isLanguage(tag) && quality > 0);
  const [best] = known.toSorted((a, b) => b.quality - a.quality);
  return isLanguage(best?.tag) ? best.tag : "en";
}

type Word = string | ((...given: never[]) => string);

/**
 * The words of a page in each of our languages. What one language has, each must have, or the page does not compile:
 * `const words = wordsIn({ en: { … }, es: { … }, ru: { … } })`, then `words(language).title`.
 */
export function wordsIn<const T extends Record<string, Word>>(
  all: { en: T } & Record<Exclude<Language, "en">, { [K in keyof T]: T[K] extends string ? string : T[K] }>,
): (language: Language) => { [K in keyof T]: T[K] extends string ? string : T[K] } {
  return (language) => all[language] as { [K in keyof T]: T[K] extends string ? string : T[K] };
}

/** `22 Nov 2026`, UTC. */
export function dayIn(language: Language, day: Date | string): string {
  const options = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return new Date(day).toLocaleDateString(LOCALES[language], options);
}

/** `22 Nov 2026, 07:30 UTC` */
export function timeIn(language: Language, time: Date | string): string {
  return `${dayIn(language, time)}, ${new Date(time).toISOString().slice(11, 16)} UTC`;
}

/** `in 3 days`, `2 hours ago`: the largest unit that fits. */
export function fromNowIn(language: Language, time: Date | string, now: Date): string {
  const seconds = (new Date(time).getTime() - now.getTime()) / 1_000;
  const units = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ] as const;
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? (["second", 1] as const);
  return new Intl.RelativeTimeFormat(LOCALES[language], { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
}

export function countIn(language: Language, count: number): string {
  return count.toLocaleString(LOCALES[language]);
}

/** `4,873.50` as the language writes it; the amount stays the text that it is, no float is made of it. */
export function moneyIn(language: Language, amount: string): string {
  const [whole = "", fraction] = amount.replace("-", "−").split(".");
  const parts = new Intl.NumberFormat(LOCALES[language], { useGrouping: "always" } as never).formatToParts(12_345.6);
  const find = (type: string, other: string) => parts.find((part) => part.type === type)?.value ?? other;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, find("group", ","));
  return fraction === undefined ? grouped : `${grouped}${find("decimal", ".")}${fraction}`;
}
