// Every change that is asked for over the API is written to the audit trail before it is done, and what came of it after.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Facts, Outcome } from "../../../shared/authority/audit/entry.ts";
import type { Hide } from "../../../shared/authority/audit/hide.ts";
import type { Begun } from "../../../shared/authority/audit/trail.ts";
import { withDeadline } from "../../../shared/base/time/deadline.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { askedFacts, changedFacts, factsOf } from "../../../shared/certificate/changes/audited-facts.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { groupOf } from "./failed-tries.ts";

declare module "fastify" {
  interface FastifyRequest {
    begun: (Begun & { before: Facts; asked: Facts; since: Date }) | null;
  }
  interface FastifyContextConfig {
    /** How the audit trail names what the route does; every route that changes something has one. */
    action?: string;
  }
}

/** The one action on something that nobody has read before. */
const PLACING = "certificate.order";

/** So long an answer waits for its line; one that says that Redis does not respond hardly at all. */
const END_MS = 600;
const FAILED_END_MS = 50;
const REFUSED_EVERY_MS = 60_000;
/** Lines of strangers in that time; the log has the others. */
const MOST_OF_STRANGERS = 100;
/** So many addresses and callers are remembered for that time; the oldest are forgotten first. */
const MOST_REMEMBERED = 1_000;

type Needs = Pick<GatewayNeeds, "audit" | "hide" | "certificates" | "clock" | "log">;

/** @throws Error at the start where a route that changes something names no action */
export function auditChanges(v1: App, needs: Needs): void {
  const isFirst = refusalsSeen(needs);
  v1.decorateRequest("begun", null);
  v1.addHook("onRoute", ({ method, url, config }) => {
    const changes = [method].flat().some((each) => !["GET", "HEAD", "OPTIONS"].includes(each));
    if (changes && !config?.action) throw new Error(`${method} ${url} changes something and names no action`);
  });
  // After the body was read and before anything is done with it.
  v1.addHook("preHandler", async (request) => {
    const { action } = request.routeOptions.config;
    if (!action || isDryRun(request)) return;
    const since = needs.clock.now();
    const decision = decisionIn(request);
    // An order that is placed says itself whether it was there before.
    const finding = action === PLACING ? undefined : findSubject(request, needs);
    // Of a decision the order says more, so it is read first; everything else is read beside.
    const found = Object.keys(decision).length > 0 ? await finding : undefined;
    const asked = askedFacts(decision, found, needs.hide);
    const subject = subjectOf(request, needs.hide);
    const [begun, read] = await Promise.all([
      needs.audit.begin({ ...whoOf(request), action, subject, after: asked }),
      finding,
    ]);
    const before = read ? factsOf(read, needs.clock.now(), needs.hide) : {};
    request.begun = { ...begun, before, asked, since };
  });
  // The answer leaves when it is written what came of it; where Redis does not take that in time, the trail has it later, or
  // shows the action as `unknown`.
  v1.addHook("onSend", async (request, reply) => {
    const outcome = outcomeOf(reply);
    if (request.begun) {
      const { before, asked, end, since } = request.begun;
      request.begun = null;
      if (outcome === "refused") {
        // It changed nothing; what was asked stands in the line before.
        await withDeadline(end(outcome, { before: {}, after: {} }), END_MS, () => undefined);
        return;
      }
      const endIt = async (): Promise<void> => {
        // What failed may have changed something.
        const found = changedTo.get(request) ?? (await findSubject(request, needs).catch(() => undefined));
        const isAsBefore = !found || (request.routeOptions.config.action === PLACING && found.acceptedAt < since);
        const changed = changedFacts(before, isAsBefore ? before : factsOf(found, needs.clock.now(), needs.hide));
        await Promise.all([
          end(outcome, { before: changed.before, after: { ...asked, ...changed.after } }),
          besides.get(request),
        ]);
      };
      await withDeadline(endIt(), outcome === "failed" ? FAILED_END_MS : END_MS, () => undefined);
      return;
    }
    if (outcome === "refused" && isWorthALine(request, reply) && isFirst(request, reply)) await refused(request, needs);
  });
}

/** A refusal is refused whether or not it can be written down. */
async function refused(request: FastifyRequest, needs: Needs): Promise<void> {
  const { action = `${request.method.toLowerCase()}.${request.routeOptions.url ?? "unknown"}` } =
    request.routeOptions.config;
  await needs.audit
    .record({ ...whoOf(request), action, subject: subjectOf(request, needs.hide), outcome: "refused" })
    .catch((err: unknown) => needs.log.warn({ event: "audit.lost", err }));
}

function whoOf({ caller, id }: FastifyRequest) {
  return { who: caller.actor, from: caller.from, request: id };
}

function outcomeOf({ statusCode }: FastifyReply): Outcome {
  if (statusCode >= 500) return "failed";
  return statusCode >= 400 ? "refused" : "done";
}

/** Who is not let in, and changes that were refused; not every address that does not exist. */
function isWorthALine(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  return [401, 403, 429].includes(statusCode) || request.routeOptions.config.action !== undefined;
}

/**
 * What may come by the thousand is written once a minute: for an address that shows no key, for a key over its limit. Of
 * strangers so many in all, however many addresses they have: the trail never forgets, and must not be theirs to fill.
 */
function refusalsSeen({ clock }: Needs): (request: FastifyRequest, reply: FastifyReply) => boolean {
  const seen = new Map<string, number>();
  let strangers = { since: Number.NEGATIVE_INFINITY, lines: 0 };
  return ({ caller, routeOptions }, { statusCode }) => {
    const isStranger = caller.scopes.length === 0;
    const known = isStranger ? `from ${groupOf(caller.from)}` : caller.actor.id;
    const key = `${known} ${statusCode} ${statusCode === 401 ? "" : routeOptions.url}`;
    const now = clock.now().getTime();
    if (now - (seen.get(key) ?? Number.NEGATIVE_INFINITY) < REFUSED_EVERY_MS) return false;
    if (isStranger) {
      if (now - strangers.since >= REFUSED_EVERY_MS) strangers = { since: now, lines: 0 };
      if (++strangers.lines > MOST_OF_STRANGERS) return false;
    }
    seen.delete(key);
    seen.set(key, now);
    const [oldest] = seen.keys();
    if (seen.size > MOST_REMEMBERED && oldest !== undefined) seen.delete(oldest);
    return true;
  };
}

function isDryRun({ query }: FastifyRequest): boolean {
  return (query as { dryRun?: string } | undefined)?.dryRun === "true";
}

/** A reference, an account, an address, which is hidden; of a new order the reference in its body. */
function subjectOf({ params, body }: FastifyRequest, hide: Hide): string | null {
  const named = Object.values((params as Record<string, unknown> | undefined) ?? {})[0];
  const { reference, key } = (body ?? {}) as { reference?: unknown; key?: unknown };
  const found = named ?? reference ?? key;
  if (typeof found !== "string") return null;
  return found.includes("@") ? hide(found) : found.slice(0, 200);
}

/** Read behind the change by the route itself: it is not read once more for the trail. */
const changedTo = new WeakMap<FastifyRequest, Certificate>();

/** What is done beside the answer, and need not be waited for any longer than the line of the trail. */
const besides = new WeakMap<FastifyRequest, Promise<void>>();

/** `beside` must not throw. */
export function noteChanged(request: FastifyRequest, certificate: Certificate, beside?: Promise<void>): void {
  changedTo.set(request, certificate);
  if (beside) besides.set(request, beside);
}

async function findSubject(request: FastifyRequest, needs: Needs): Promise<Certificate | undefined> {
  const { url = "" } = request.routeOptions;
  const reference = url.startsWith("/v1/certificates") ? subjectOf(request, needs.hide) : null;
  return reference === null ? undefined : needs.certificates.find(reference);
}

/** A worker may have carried a decision out before it could be read from the order. */
function decisionIn({ routeOptions, body }: FastifyRequest): Facts {
  if (routeOptions.url?.startsWith("/v1/webhooks")) return webhookFacts(body);
  if (!routeOptions.url?.startsWith("/v1/certificates/:")) return {};
  const { decision, certId, reason } = (body ?? {}) as Record<string, unknown>;
  return JSON.parse(JSON.stringify({ decision, certId, reason })) as Facts;
}

/** Of the address only where it leads: the rest may hold what nobody else should read. */
function webhookFacts(body: unknown): Facts {
  const { url, events, allowPrivate, enabled, keepOldHours } = (body ?? {}) as Record<string, unknown>;
  const host = typeof url === "string" && URL.canParse(url) ? new URL(url).host : undefined;
  return JSON.parse(JSON.stringify({ host, events, allowPrivate, enabled, keepOldHours })) as Facts;
}
