// The bounce list: addresses that a mail server has refused for good. Nothing is sent there until a person clears the
// address.

import { join } from "node:path";
import { z } from "zod";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";

export const bounce = z.object({
  address: z.string().meta({ description: "In lower case", example: "ada@example.com" }),
  answer: z
    .string()
    .meta({ description: "The mail server's last answer for this address", example: "550 5.1.1 No such user here" }),
  at: z.iso.datetime().meta({ description: "When that answer came" }),
  template: z.string().meta({ description: "The mail that was answered so", example: "certificate-issued" }),
  count: z
    .int()
    .meta({ description: "Mails that were not sent because of the address, that one included", example: 1 }),
});
export type Bounce = z.infer<typeof bounce>;

export type BounceList = ReturnType<typeof bounceList>;

const COUNT = defineScript(join(import.meta.dirname, "lua/count-bounce.lua"), {
  keys: ["bounces"],
  args: ["address", "answered"],
});

/** One list a fleet, kept until a person clears it. An address is the same however its letters are written. */
export function bounceList(redis: RedisClient, { bounces }: Pick<Keys, "bounces">) {
  return {
    /** Puts an address on the list. Mails that wait meet it there. */
    async add({ address, ...answered }: Omit<Bounce, "count">): Promise<void> {
      const folded = address.toLowerCase();
      await runScript(redis, COUNT, {
        keys: { bounces },
        args: { address: folded, answered: JSON.stringify({ address: folded, ...answered }) },
      });
    },

    /** The entry of an address, one mail more on its count, or nothing: then the mail may go out. */
    async withhold(address: string): Promise<Bounce | undefined> {
      const args = { address: address.toLowerCase(), answered: "" };
      const entry = await runScript(redis, COUNT, { keys: { bounces }, args });
      return typeof entry === "string" ? read(entry) : undefined;
    },

    /** Newest first. */
    async all(): Promise<Bounce[]> {
      const entries = Object.values(await redis.hgetall(bounces)).map(read);
      return entries.sort((a, b) => b.at.localeCompare(a.at) || a.address.localeCompare(b.address));
    },

    /**
     * Mails go to the address again, those that were refused meanwhile stay refused. Answers whether it was on the
     * list.
     */
    async clear(address: string): Promise<boolean> {
      return (await redis.hdel(bounces, address.toLowerCase())) === 1;
    },
  };
}

function read(text: string): Bounce {
  return bounce.parse(JSON.parse(text));
}
