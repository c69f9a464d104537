// API keys over HTTP: made, listed, given another secret, ended; for admins, and never with more than whoever makes them has.
import { z } from "zod";
import { beyond, type Giver } from "../../../../shared/authority/keys/granting.ts";
import { ENVIRONMENT_KEY, type KeyTerms } from "../../../../shared/authority/keys/key.ts";
import { keyStore } from "../../../../shared/authority/keys/store.ts";
import { create, revoke, rotate } from "../../../cli/key/changes.ts";
import { findKeys } from "../../../cli/key/list.ts";
import type { OtherKey } from "../../../cli/key/room.ts";
import { answers, bodyProblems, json } from "../../answers.ts";
import type { Caller } from "../../caller/caller.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { problem } from "../../problems.ts";
import { done } from "./done.ts";
import {
  keyParams,
  listedKey,
  madeBody,
  newKeyBody,
  readTerms,
  revokedBody,
  rotatedBody,
  rotationBody,
} from "./key-bodies.ts";

const tags = ["Keys and people"];

export function keyRoutes(app: App, needs: GatewayNeeds): void {
  const { redis, keys, clock } = needs;
  const store = keyStore(redis, keys);
  const roomOf = ({ actor }: Caller) => ({ store, others: othersOf(needs), clock, by: actor, redis, keys });

  app.get(
    "/keys",
    {
      config: { scope: "admin" },
      schema: {
        tags,
        operationId: "listKeys",
        summary: "List the API keys",
        description:
          "Those of Certfleet, of `certfleet.yaml` and of the environment of this gateway. Never with a secret.",
        querystring: z.strictObject({
          all: z.enum(["true", "false"]).optional().meta({ description: "true: those that were revoked, too" }),
        }),
        response: answers(
          { 200: json("By their names", z.object({ items: z.array(listedKey).meta({ description: "The keys" }) })) },
          "invalid",
        ),
      },
    },
    async (request) => ({ items: await findKeys({ all: request.query.all === "true" }, roomOf(request.caller)) }),
  );

  app.post(
    "/keys",
    {
      config: { scope: "admin", action: "key.create" },
      schema: {
        tags,
        operationId: "createKey",
        summary: "Make an API key",
        description:
          "Its secret is in this answer and nowhere else; an answer that is repeated by its Idempotency-Key has null in its place. What is not limited stands open. A key makes none that may do more, lasts longer, comes from elsewhere or asks more often than itself; one with a quota makes none that orders.",
        body: newKeyBody,
        response: answers({ 201: json("Made", madeBody) }, ...(["not-now", ...bodyProblems] as const)),
      },
    },
    async (request, reply) => {
      const terms = readTerms(request.body, clock.now());
      mustHave(terms, request.caller);
      const made = done(await create({ id: request.body.name, terms }, roomOf(request.caller)), "name");
      reply.code(201);
      return made;
    },
  );

  app.post(
    "/keys/:name/rotate",
    {
      config: { scope: "admin", action: "key.rotate" },
      schema: {
        tags,
        operationId: "rotateKey",
        summary: "Give an API key another secret",
        description: "It is in this answer and nowhere else. Only of a key that whoever asks could make.",
        params: keyParams,
        body: rotationBody,
        response: answers(
          { 200: json("Shown this once", rotatedBody) },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request) => {
      const { name } = request.params;
      const found = await store.get(name);
      if (found && request.caller.key?.id !== name) mustHave(found, request.caller);
      const { overlapSeconds } = request.body;
      return done(await rotate({ id: name, overlapMs: overlapSeconds * 1_000 }, roomOf(request.caller)), "name");
    },
  );

  app.delete(
    "/keys/:name",
    {
      config: { scope: "admin", action: "key.revoke" },
      schema: {
        tags,
        operationId: "revokeKey",
        summary: "End an API key at once",
        description: "What was ordered with it continues.",
        params: keyParams,
        response: answers({ 200: json("It opens nothing any more", revokedBody) }, "not-found", "not-now"),
      },
    },
    async (request) => done(await revoke(request.params.name, roomOf(request.caller)), "name"),
  );
}

/** @throws the problem `forbidden`, with each field that goes too far */
export function mustHave(terms: KeyTerms, { key, scopes }: Caller): void {
  const giver: Giver = { ...key, scopes };
  const faults = key ? beyond(terms, giver) : [];
  const [first] = faults;
  if (!first) return;
  const detail = `${first.field}: ${first.message} Nobody gives an API key more than he has himself.`;
  throw problem("forbidden", detail, { errors: faults });
}

/** Of file and environment, as this gateway has them. */
function othersOf({ apiKeys }: Pick<GatewayNeeds, "apiKeys">): OtherKey[] {
  return apiKeys.map(({ sha256: _hash, ...key }) => ({
    ...key,
    where: key.id === ENVIRONMENT_KEY ? "environment" : "file",
  }));
}
