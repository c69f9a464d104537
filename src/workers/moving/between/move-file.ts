// The file in which certificates move between fleets: NDJSON, a head, a line for each certificate, and at the end how many and
// the SHA-256 of everything before. It holds no login, key or secret; it names customers.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { z } from "zod";
import { Refused } from "../../../shared/base/errors.ts";
import { ledgerStates, type Purchase } from "../../../shared/certificate/certificate.ts";
import type { Order } from "../../../shared/certificate/order.ts";
import { certificateRecord } from "../../../shared/certificate/record.ts";

/** Of the form. A reader takes this one and older ones. */
export const MOVE_VERSION = 1;
export const MOVE_KIND = "certfleet-certificates";

const head = z.object({
  kind: z.literal(MOVE_KIND),
  version: z.int().min(1).max(MOVE_VERSION),
  at: z.string(),
  /** The prefix of the fleet that wrote it. */
  fleet: z.string(),
  /** Of Certfleet. */
  software: z.string(),
  handedOver: z.boolean(),
  personalData: z.literal(true),
});
export type MoveHead = z.infer<typeof head>;

const slot = z.int().positive();
const purchase = z.object({
  certId: slot,
  orderId: z.int().nullable(),
  at: z.string(),
  years: z.int().optional(),
  refunded: z.literal(true).optional(),
});

const line = z.object({
  reference: z.string(),
  account: z.string().nullable(),
  acceptedAt: z.string(),
  digests: z.object({ came: z.string(), kept: z.string() }),
  share: z.tuple([z.string(), z.string()]),
  order: z.looseObject({ reference: z.string(), product: z.string(), domain: z.string(), csr: z.string() }),
  record: certificateRecord,
  ledger: z.object({
    state: z.enum(ledgerStates),
    certId: slot.nullable(),
    slotAt: z.string().nullable(),
    term: z.int().min(1),
    purchases: z.array(purchase),
    former: z.array(z.object({ holder: z.string(), certId: slot })),
  }),
});
export type MoveLine = Omit<z.infer<typeof line>, "order" | "ledger"> & {
  order: Order;
  ledger: Omit<z.infer<typeof line>["ledger"], "purchases"> & { purchases: Purchase[] };
};

const tail = z.object({ certificates: z.int(), sha256: z.string() });

/** Texts of the file one after the other, and its end. */
export function moveWriter(about: Omit<MoveHead, "kind" | "version" | "personalData">) {
  const hash = createHash("sha256");
  let count = 0;
  const text = (value: object): string => {
    const made = `${JSON.stringify(value)}\n`;
    hash.update(made);
    return made;
  };
  return {
    head: (): string => text({ kind: MOVE_KIND, version: MOVE_VERSION, ...about, personalData: true }),
    line: (each: MoveLine): string => {
      count++;
      return text(each);
    },
    tail: (): string => `${JSON.stringify({ certificates: count, sha256: hash.digest("hex") })}\n`,
  };
}

/**
 * Reads the whole file once, before anything is done with it.
 * @throws Refused it cannot be read, is none of ours, of a newer version, cut short or changed; the line is named
 */
export async function checkMoveFile(file: string): Promise<{ head: MoveHead; count: number }> {
  const hash = createHash("sha256");
  let about: MoveHead | undefined;
  let count = 0;
  let last: { text: string; number: number } | undefined;
  for await (const each of textLines(file)) {
    if (last) {
      hash.update(`${last.text}\n`);
      if (!about) about = headOf(last.text, file);
      else {
        readMoveLine(last.text, last.number);
        count++;
      }
    }
    last = each;
  }
  const end = last && about ? tail.safeParse(json(last.text)).data : undefined;
  if (!about || !end)
    throw new Refused(`${file} is not whole: its last line with the checksum is missing. Export again.`);
  if (end.certificates !== count || end.sha256 !== hash.digest("hex"))
    throw new Refused(`${file} was changed or cut since it was written: the checksum does not fit. Nothing was done.`);
  return { head: about, count };
}

/** The certificates of a file that was checked. `number`: of the line. */
export async function* moveLines(file: string): AsyncGenerator<{ number: number; line: MoveLine }> {
  let before: { text: string; number: number } | undefined;
  for await (const each of textLines(file)) {
    if (before && before.number > 1) yield { number: before.number, line: readMoveLine(before.text, before.number) };
    before = each;
  }
}

/** @throws Refused it is none, and on which line */
function readMoveLine(text: string, number: number): MoveLine {
  const read = line.safeParse(json(text));
  if (read.success) return read.data as unknown as MoveLine;
  const [issue] = read.error.issues;
  throw new Refused(
    `line ${number}: ${issue?.path.join("/") || "the line"}: ${issue?.message ?? "cannot be read"}. Nothing was done.`,
  );
}

function headOf(text: string, file: string): MoveHead {
  const value = json(text);
  const read = head.safeParse(value);
  if (read.success) return read.data;
  const { version } = z.object({ kind: z.literal(MOVE_KIND), version: z.number() }).safeParse(value).data ?? {};
  if (version !== undefined && version > MOVE_VERSION)
    throw new Refused(
      `${file} has version ${version}, and this Certfleet reads up to ${MOVE_VERSION}: update it first.`,
    );
  throw new Refused(`${file} is no export of certificates: certfleet certificate export writes one.`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* textLines(file: string): AsyncGenerator<{ text: string; number: number }> {
  let rest = "";
  let number = 0;
  const stream = createReadStream(file, { encoding: "utf8" });
  try {
    for await (const chunk of stream as AsyncIterable<string>) {
      const parts = `${rest}${chunk}`.split("\n");
      rest = parts.pop() ?? "";
      for (const text of parts) if (text !== "") yield { text, number: ++number };
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new Refused(`${file} cannot be read: ${code}.`);
  }
  if (rest !== "") yield { text: rest, number: ++number };
}
