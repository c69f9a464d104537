// The contracts of the queues in one table: a job's data, how often it may fail, and what makes two requests one.
import { z } from "zod";
import { type Fault, faultsOf, ownWords } from "../base/fault.ts";
import { sentence } from "../base/text/shown-name.ts";
import { orderBody, reference } from "../certificate/order.ts";
import { notifyJob } from "../mail/notification.ts";
import { readForms } from "../panel/panel-forms.ts";

const v = z.literal(1).default(1);
/** When the job ends: without it, as soon as there is nothing to do for it; `issued`: when the order is issued, refused, or needs attention. */
const awaits = z.literal("issued").optional().meta({
  description: "Keeps the job open until the order is issued, refused, or needs attention",
});

/** The job of an order that is in the ledger, or a whole order put into the queue by another system. */
const orderJob = z
  .strictObject({ v, ...orderBody.shape, await: awaits })
  .meta({ description: "The body of POST /v1/certificates" });
const openForms = z.union([z.strictObject({ v, reference, await: awaits }), orderJob]);
/** What a panel leaves blank is absent here as over HTTP; types stay those of the forms. */
const openJob = z.preprocess((data) => readForms(data).body, openForms) as unknown as typeof openForms;

/** A reissue that somebody asks for; a bare reference is the job of one that was asked for before. */
export const reissueRequest = z.strictObject({
  v,
  reference,
  csr: z
    .string()
    .min(1)
    .max(16_384)
    .optional()
    .meta({ description: "Another certificate request as PEM; without it the last one is used again" }),
  reason: sentence(200).optional().meta({ description: "Why; kept in the timeline", example: "the key was lost" }),
  await: awaits,
});

/** Or: look what is due by policy, everywhere. */
const reissueJob = z.union([reissueRequest, z.strictObject({ v, sweep: z.literal(true) })]);

/** A doorbell: something is due at this endpoint. With `test` one delivery that a person asked for, under this id. */
const webhookJob = z.strictObject({
  v,
  endpoint: z.string().min(1).max(64),
  test: z
    .string()
    .regex(/^test_[0-9a-f]{24}$/, "must be test_ and 24 hexadecimal digits")
    .optional(),
});

const balancePollJob = z.strictObject({
  v,
  account: z.string().min(1).max(64),
  /** Also checks login and address (CheckLogin) and keeps the answer. */
  check: z.literal(true).optional(),
});

interface Contract<S extends z.ZodType> {
  data: S;
  /**
   * Runs before BullMQ gives up. The two workers of the ledger have one: their repeats come from the sweeper, which
   * knows the record (rule 4).
   */
  attempts: number;
  idOf: (data: z.infer<S>) => string;
  /** Where data may have several forms: the one that is meant, to say what is wrong with it. */
  meant?: (data: object) => z.ZodType;
}

const contract = <S extends z.ZodType>(c: Contract<S>): Contract<S> => c;

/** Names never change: jobs outlive deployments. */
export const jobs = {
  open: contract({
    data: openJob,
    attempts: 1,
    idOf: (d) => d.reference,
    meant: (d) =>
      Object.keys(d).some((name) => name !== "reference" && Object.hasOwn(orderBody.shape, name)) ? orderJob : openJob,
  }),
  // No reference begins with a tilde.
  reissue: contract({
    data: reissueJob,
    attempts: 1,
    idOf: (d) => ("sweep" in d ? "~sweep" : d.reference),
    meant: (d) => ("sweep" in d ? reissueJob : reissueRequest),
  }),
  notify: contract({ data: notifyJob, attempts: 5, idOf: (d) => d.key }),
  "balance-poll": contract({ data: balancePollJob, attempts: 3, idOf: (d) => d.account }),
  // No name of an endpoint has a tilde.
  webhook: contract({
    data: webhookJob,
    attempts: 3,
    idOf: ({ endpoint, test }) => (test === undefined ? endpoint : `${endpoint}~${test}`),
  }),
};

export type JobName = keyof typeof jobs;
export type JobData<N extends JobName> = z.infer<(typeof jobs)[N]["data"]>;
/** What a producer may leave out is filled in by the contract. */
export type JobInput<N extends JobName> = z.input<(typeof jobs)[N]["data"]>;
export const queueNames = Object.keys(jobs) as JobName[];

/** What is wrong with a job's data; nothing where it fits its contract. */
export function jobFaults(name: JobName, data: unknown): Fault[] {
  const contract: Contract<z.ZodType> = jobs[name];
  const words = { error: ownWords };
  if (contract.data.safeParse(data, words).success) return [];
  const form = typeof data === "object" && data !== null ? contract.meant?.(data) : undefined;
  const { error } = (form ?? contract.data).safeParse(form === orderJob ? readForms(data).body : data, words);
  return error ? faultsOf(error) : [];
}
