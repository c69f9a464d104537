// The certificates of one page of the list: from the lists in Redis, or, with a search, by the index in memory.
import type { z } from "zod";
import type { certificateBody } from "../../certificate-body.ts";
import { bodyOf } from "../../certificate-body.ts";
import { problem } from "../../problems.ts";
import { readApi } from "../frame/ask-api.ts";
import type { Visit } from "../frame/visit.ts";
import { apiAddress, isPlain, type ListQuery, wantedOf } from "./list-query.ts";
import type { Place, SearchIndex } from "./search-index.ts";

export type Shown = z.infer<typeof certificateBody>;

export interface Found {
  items: Shown[];
  nextCursor: string | null;
  /** The index is not whole yet: so many are known to it. */
  known: number | undefined;
}

/** Somebody who searches waits so long for the index; then the page says how far it is. */
const PATIENCE_MS = 700;

export async function findPage(visit: Visit, index: SearchIndex, query: ListQuery, limit: number): Promise<Found> {
  if (isPlain(query)) {
    const cursor = query.cursor === "" ? {} : { cursor: query.cursor };
    const page = await readApi<Omit<Found, "known">>(visit, apiAddress(query, { limit: `${limit}`, ...cursor }));
    return { ...page, known: undefined };
  }
  const isWhole = await index.ready(PATIENCE_MS);
  const places = index.find(wantedOf(query), limit + 1, readPlace(query.cursor));
  const shown = places.slice(0, limit);
  const exact = isWhole ? [] : await findExact(visit, query);
  const read = await Promise.all(shown.map(({ reference }) => findOne(visit, reference)));
  const last = shown.at(-1);
  const items = [...exact, ...read.filter((each) => each !== undefined)];
  return {
    items: [...new Map(items.map((each) => [each.reference, each])).values()],
    nextCursor: places.length > limit && last ? writePlace(last) : null,
    known: isWhole ? undefined : index.progress().known,
  };
}

/** What Redis knows at once, while the index is still being made: a reference, or a whole domain. */
async function findExact(visit: Visit, { q, cursor }: ListQuery): Promise<Shown[]> {
  if (q === "" || cursor !== "") return [];
  const { certificates } = visit.needs;
  const [one, page] = await Promise.all([
    /^[\w.:-]{1,64}$/.test(q) ? certificates.find(q) : undefined,
    certificates.list({ domain: q.toLowerCase() }, { limit: 20 }, visit.now),
  ]);
  return [...(one ? [one] : []), ...page.certificates].map((each) => bodyOf(each, visit.needs));
}

async function findOne({ needs }: Visit, reference: string): Promise<Shown | undefined> {
  const found = await needs.certificates.find(reference);
  return found && bodyOf(found, needs);
}

function writePlace({ key, reference }: Place): string {
  return Buffer.from(`${key} ${reference}`).toString("base64url");
}

/** @throws ProblemError `invalid` where it is none of ours */
function readPlace(cursor: string): Place | undefined {
  if (cursor === "") return undefined;
  const [, key, reference] = /^(\d+) (\S+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (key === undefined || reference === undefined)
    throw problem("invalid", "cursor: is none of this list. Begin with the first page.");
  return { key: Number(key), reference };
}
