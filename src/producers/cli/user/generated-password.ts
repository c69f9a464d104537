// A password that a person is handed: can be read out and typed.
import { randomInt } from "node:crypto";

export interface NewPassword {
  password: string;
  /** Nobody knows it yet: it has to be shown. */
  isGenerated: boolean;
}

/** Without vowels, so that it says nothing; without what is read one for the other. */
const LETTERS = "bcdfghjkmnpqrstvwxz23456789";
/** 24 letters of 27: 114 bits. */
const GROUPS = 4;
const GROUP = 6;

/** `xk4m2p-…` */
export function generatedPassword(): string {
  const letter = (): string => LETTERS[randomInt(LETTERS.length)] ?? "";
  const group = (): string => Array.from({ length: GROUP }, letter).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
