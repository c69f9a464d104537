// Orders as billing systems send them.
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { orderBody as schema } from "../../src/shared/certificate/order.ts";
import { type KeyKind, makeCsr } from "./csr.ts";

type Body = z.input<typeof schema>;
export type OrderChanges = Partial<Body> & { cn?: string; names?: string[]; key?: KeyKind };

export const contact = {
  firstName: "Ada",
  lastName: "Example",
  organization: "Example Ltd",
  jobTitle: "Engineer",
  address1: "Main Street 1",
  city: "Utrecht",
  state: "Utrecht",
  postalCode: "3511AA",
  country: "NL",
  phone: "+31.300000000",
  email: "ada@example.com",
};

/** A RapidSSL of one year for shop.example.com, approved by e-mail, unless changed. */
export async function orderBody({ cn = "shop.example.com", names, key, ...changes }: OrderChanges = {}): Promise<Body> {
  return {
    reference: `t-${randomUUID().slice(0, 8)}`,
    product: "Certificate-RapidSSL-RapidSSL",
    csr: await makeCsr({ cn, ...(names && { names }), ...(key && { key }) }),
    approver: { method: "email", email: `admin@${cn.replace(/^(\*|www|shop)\./, "")}` },
    contacts: { admin: contact },
    customer: { email: "client@example.net", name: "Ada Example" },
    ...changes,
  };
}

/** Who orders in the stories. */
export const SHOP = { kind: "key", id: "shop" } as const;
