// What every command works with: the books, the CA, the clock and the settings; and the shape of a command.
import type { Clock } from "../../../shared/base/clock.ts";
import type { TestCa } from "../../ca/ca.ts";
import type { Books } from "../books/books.ts";
import type { Settings } from "../books/settings.ts";
import type { Slot } from "../books/slot.ts";
import type { Reply } from "../wire/answer.ts";

export interface Office {
  books: Books;
  ca: TestCa;
  clock: Clock;
  settings: Settings;
}

/** Parameters of a call, names in lower case. */
export type Parameters = Readonly<Record<string, string>>;

export type Run = (parameters: Parameters, office: Office) => Reply | Promise<Reply>;

/** A command about one certificate of this account. */
export type SlotRun = (slot: Slot, parameters: Parameters, office: Office) => Reply | Promise<Reply>;
