// A mail that somebody else asks for - over HTTP, at the command line, by a job put straight into the queue - becomes one that
// the fleet sends, or is refused with every fault.
import type { Actor } from "../authority/actor.ts";
import { allows, type Scope } from "../authority/scopes.ts";
import { displayName } from "../base/email-address.ts";
import type { Fault } from "../base/fault.ts";
import { unseenFaults } from "../base/text/unseen.ts";
import { fill } from "../mail/filled.ts";
import { foldersFor } from "../mail/folders.ts";
import { wordsIn } from "../mail/free-text/kinds.ts";
import { MOST_VALUE_BYTES, type Notification, type NotificationRequest, valueBytes } from "../mail/notification.ts";
import type { RenderOptions } from "../mail/render.ts";
import type { Template } from "../mail/template.ts";
import { isTemplate, templates } from "../mail/templates.ts";
import { nameFaults } from "../panel/shown-names.ts";
import { hasAddress } from "./addresses.ts";
import { completed, heldOfAccount, heldOfOrder, ofTheRecord } from "./held.ts";
import { outsideKey } from "./mail-key.ts";
import { FREELY, findSubject, observedFaults, recipientOf, type Subject, type SubjectNeeds } from "./recipient.ts";

export interface OutsideNeeds extends SubjectNeeds {
  /** The operator's templates, for the brands that there are. */
  templates?: Pick<RenderOptions, "directory" | "brand"> | undefined;
}

/** Who asks, and what they may do. */
export interface Asker {
  actor: Actor;
  scopes: readonly Scope[];
}

export type AcceptedMail = Omit<Notification, "seal">;

/** @throws what Redis throws */
export async function acceptNotification(
  asked: NotificationRequest,
  { actor, scopes }: Asker,
  needs: OutsideNeeds,
): Promise<{ mail: AcceptedMail } | { faults: Fault[] }> {
  const isFree = allows(scopes, FREELY);
  if (!isTemplate(asked.template)) return fill(asked) as { faults: Fault[] };
  const template: Template = templates[asked.template];
  const unfit = [
    ...nameFaults({ "to/name": asked.to?.name, brand: asked.brand }),
    ...unseenFaults(asked.values, "values"),
  ];
  if (unfit.length > 0) return { faults: unfit };
  if (asked.reference === undefined && asked.account === undefined && !isFree) return { faults: [UNNAMED] };
  const subject = await findSubject(asked, template, needs);
  if ("faults" in subject) return subject;
  const observed = await observedFaults(asked.values, template, subject, needs);
  if (observed.length > 0) return { faults: observed };
  const recipient = recipientOf(asked, template, subject, isFree);
  const filled = await fillWith(asked, template, subject, { isFree, needs });
  const brand = brandOf(asked, subject, { isFree, needs });
  const faults = [recipient, filled, brand].flatMap((each) => ("faults" in each ? each.faults : []));
  if (faults.length > 0 || "faults" in recipient || "faults" in filled || "faults" in brand) return { faults };
  const language = asked.language ?? subject.order?.record.terms.customer.language;
  const words = [...filled.words, ...(brand.isTheirs ? ["brand"] : [])];
  const { v, template: name, reference, account } = asked;
  const mail = {
    ...{ v, key: outsideKey(actor, asked.key), template: name, to: recipient.to, values: filled.values },
    ...(language && { language }),
    ...(brand.brand !== undefined && { brand: brand.brand }),
    ...(reference !== undefined && { reference }),
    ...(account !== undefined && { account }),
    outside: { words },
  };
  return { mail };
}

const UNNAMED: Fault = {
  field: "reference",
  message: `It is missing: name the order (reference) or the account (account) that the mail is about. Mails that are about neither need the scope ${FREELY}.`,
};

interface Rules {
  isFree: boolean;
  needs: OutsideNeeds;
}

async function fillWith(
  { template: name, values: given, to }: NotificationRequest,
  template: Template,
  { order, account }: Subject,
  { isFree, needs }: Rules,
): Promise<{ values: Notification["values"]; words: string[] } | { faults: Fault[] }> {
  const held = order ? heldOfOrder(order) : account ? heldOfAccount(account) : {};
  const ofRecord = ofTheRecord(template);
  const wanting = order ? [] : isFree ? ofRecord.attached : ofRecord.all;
  if (wanting.length > 0 && !(isFree && (await isOfItsOrder(given, wanting, template, needs))))
    return { faults: [needsOrder(wanting), ...otherFaults(name, given, wanting)] };
  const { values, faults } = completed(given, held, template);
  if (order && ofRecord.attached.includes("chainPem") && held.chainPem === undefined)
    faults.push({ field: "reference", message: `Order ${order.order.reference} has no certificate yet.` });
  if (!isFree) {
    const hosts = [`${held.domain ?? ""}`, `${held.apiHost ?? ""}`].filter((each) => each !== "");
    const ours = new Set(Object.entries(values).flatMap(([key, value]) => (value === held[key] ? [key] : [])));
    faults.push(...addressFaults(values, { ours, hosts, names: template.to === "customer" }));
    if (to?.name !== undefined && hasAddress(to.name, { hosts, names: true }))
      faults.push({ field: "to/name", message: ADDRESS });
  }
  if (faults.length > 0) return { faults };
  const read = fill({ template: name, values: values as Notification["values"] });
  if ("faults" in read) return read;
  if (valueBytes(values) > MOST_VALUE_BYTES)
    return { faults: [{ field: "values", message: "With what the order says they are more than 16 KB." }] };
  const words = wordsIn(template.values, values).filter((place) => values[place] !== held[place]);
  return { values: values as Notification["values"], words };
}

/** Whoever may write to anybody may leave out the name of the order, and not its files. */
async function isOfItsOrder(
  given: Readonly<Record<string, unknown>>,
  wanting: readonly string[],
  template: Template,
  { certificates }: OutsideNeeds,
): Promise<boolean> {
  const found = typeof given.reference === "string" ? await certificates.find(given.reference) : undefined;
  if (!found) return false;
  const held = heldOfOrder(found);
  const said = Object.fromEntries(wanting.map((name) => [name, given[name]]));
  const isSaid = wanting.every((name) => given[name] !== undefined && held[name] !== undefined);
  return isSaid && completed(said, held, template).faults.length === 0;
}

/** What else is wrong with the values that are there; what is missing, the order's record may give. */
function otherFaults(template: string, values: NotificationRequest["values"], wanting: readonly string[]): Fault[] {
  const read = fill({ template, values });
  if (!("faults" in read)) return [];
  const looked = Object.keys(values).filter((name) => !wanting.includes(name));
  return read.faults.filter(({ field }) => looked.includes(field.split("/")[1] ?? ""));
}

function needsOrder(wanting: readonly string[]): Fault {
  return {
    field: "reference",
    message: `This mail has ${wanting.join(", ")} from the record of an order: name it (reference), and leave them out of values.`,
  };
}

const ADDRESS = `It has an address that a reader could follow. Leave it out; mails with addresses need the scope ${FREELY}.`;

function addressFaults(
  values: Readonly<Record<string, unknown>>,
  { ours, hosts, names }: { ours: ReadonlySet<string>; hosts: readonly string[]; names: boolean },
): Fault[] {
  const within = (value: unknown, field: string): Fault[] => {
    if (typeof value === "string") return hasAddress(value, { hosts, names }) ? [{ field, message: ADDRESS }] : [];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) => within(inner, `${field}/${name}`));
  };
  return Object.entries(values).flatMap(([name, value]) => (ours.has(name) ? [] : within(value, `values/${name}`)));
}

/** The order's brand, or another one that there is; whoever may write to anybody may write for anybody, and it is told. */
function brandOf(
  { brand: asked }: NotificationRequest,
  { order }: Subject,
  { isFree, needs: { templates: settings = {} } }: Rules,
): { brand: string | undefined; isTheirs: boolean } | { faults: Fault[] } {
  const ofOrder = order?.record.terms.brand;
  if (asked === undefined || asked === ofOrder) return { brand: ofOrder, isTheirs: false };
  const { directory, brand: ofFleet } = settings;
  const isKnown = asked === (ofFleet ?? "Certfleet") || foldersFor(directory, asked).length > 1;
  if (isKnown || isFree) return { brand: asked, isTheirs: !isKnown };
  const those = [ofOrder, ofFleet].filter((each) => each !== undefined && displayName.safeParse(each).success);
  const instead = those.length > 0 ? `, such as ${[...new Set(those)].join(" or ")}` : "";
  return {
    faults: [
      {
        field: "brand",
        message: `It is no brand of this order or of the templates. Leave it out, or name one${instead}.`,
      },
    ],
  };
}
