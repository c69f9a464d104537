// The statuses of a certificate and what is done next, as the console calls them, with their colours.
import type { Status } from "../../../../shared/certificate/certificate.ts";
import type { Html } from "../../html.ts";
import { dayIn, type Language, wordsIn } from "./language.ts";
import { type Tone, tag } from "./pieces.ts";

export const statusWords = wordsIn({
  en: {
    ordered: "ordered",
    "awaiting-validation": "waits for validation",
    issued: "issued",
    reissuing: "being reissued",
    failed: "failed",
    attention: "needs attention",
    expired: "expired",
    cancelled: "cancelled",
  },
  es: {
    ordered: "pedido",
    "awaiting-validation": "espera validación",
    issued: "emitido",
    reissuing: "reemitiéndose",
    failed: "fallido",
    attention: "requiere atención",
    expired: "caducado",
    cancelled: "cancelado",
  },
  ru: {
    ordered: "заказан",
    "awaiting-validation": "ждёт подтверждения",
    issued: "выпущен",
    reissuing: "перевыпускается",
    failed: "не удался",
    attention: "требует внимания",
    expired: "истёк",
    cancelled: "отменён",
  },
});

const TONES: Readonly<Record<Status, Tone>> = {
  ...{ ordered: "soft", "awaiting-validation": "warn", issued: "good", reissuing: "good" },
  ...{ failed: "bad", attention: "bad", expired: "bad", cancelled: "soft" },
} as const;

export function statusTag(language: Language, status: Status): Html {
  return tag(statusWords(language)[status], TONES[status]);
}

const nextWords = wordsIn({
  en: {
    reissue: (day: string) => `reissued on ${day}`,
    renew: (day: string) => `next term bought on ${day}`,
    remind: (day: string) => `customer reminded on ${day}`,
    "tell-of-renewal": (day: string) => `operator mailbox told on ${day}`,
    "tell-of-remainder": (day: string) => `customer told on ${day}`,
    look: (_day: string) => "under way",
    ends: (day: string) => `ends with its term on ${day}`,
    nothing: (_day: string) => "nothing",
  },
  es: {
    reissue: (day) => `se reemite el ${day}`,
    renew: (day) => `se compra el siguiente periodo el ${day}`,
    remind: (day) => `se recuerda al cliente el ${day}`,
    "tell-of-renewal": (day) => `se avisa al operador el ${day}`,
    "tell-of-remainder": (day) => `se avisa al cliente el ${day}`,
    look: () => "en curso",
    ends: (day) => `termina con su periodo el ${day}`,
    nothing: () => "nada",
  },
  ru: {
    reissue: (day) => `перевыпуск ${day}`,
    renew: (day) => `покупка следующего срока ${day}`,
    remind: (day) => `напоминание клиенту ${day}`,
    "tell-of-renewal": (day) => `письмо оператору ${day}`,
    "tell-of-remainder": (day) => `письмо клиенту ${day}`,
    look: () => "в работе",
    ends: (day) => `закончится со сроком ${day}`,
    nothing: () => "ничего",
  },
});

/** What the fleet does next, and on which day. */
export function nextText(language: Language, next: { kind: string; at: string } | null): string {
  const say = nextWords(language);
  const kind = next?.kind ?? "nothing";
  const text = kind in say ? say[kind as keyof typeof say] : undefined;
  return text?.(next ? dayIn(language, next.at) : "") ?? kind;
}
