// A mail in the sandbox's mailbox.
import type { Email } from "postal-mime";

/** A mail as it came: taken apart (postal-mime), and whole. */
export interface CaughtMail extends Email {
  id: number;
  receivedAt: Date;
  envelope: { from: string; to: string[] };
  /** The bytes between DATA and the dot. */
  raw: Buffer;
  /** It was kept, and whoever sent it was not told: a copy of it is to be expected. */
  isUnanswered?: true;
}
