// `doctor` as a stranger: asks the gateway at its public address without any credential, and finds whatever answers that
// should not.
import type { Finding } from "../../../shared/base/result.ts";
import { askGateway } from "../../../shared/gateway/address.ts";
import { publicUrl } from "../../../shared/gateway/public-url.ts";

const ANSWER_MS = 3_000;

/** What anybody may see. */
const OPEN = ["/healthz", "/readyz", "/sign-in"];

/** A path of every kind that the gateway has, and one that it has not. */
const CLOSED = [
  "/",
  "/v1/certificates",
  "/v1/certificates?limit=1",
  "/v1/accounts",
  "/v1/forecast",
  "/v1/bounces",
  "/v1/audit",
  "/v1/jobs/open/1",
  "/v1/nothing",
  "/queues",
  "/queues/",
  "/queues/api/queues",
  "/templates",
  "/docs",
  "/docs/",
  "/openapi.json",
  "/metrics",
  "/logo.svg",
  "/nothing",
];

export interface Outside {
  /** CERTFLEET_PUBLIC_URL, where it is set. */
  publicAddress: string | undefined;
  /** Where the gateway listens: `http://…` or `unix:/path`. */
  gateway: string;
  isSandbox: boolean;
}

export async function examineFromOutside({ publicAddress, gateway, isSandbox }: Outside): Promise<Finding> {
  const name = "From outside";
  const read = publicUrl.optional().safeParse(publicAddress);
  if (!read.success) return { name, state: "skipped", detail: "CERTFLEET_PUBLIC_URL cannot be read" };
  if (!publicAddress && gateway.startsWith("unix:"))
    return {
      name,
      state: "skipped",
      detail: "who may open the socket needs no credential, unless there is an API key",
    };
  if (!publicAddress && isSandbox)
    return {
      name,
      state: "skipped",
      detail: "a sandbox spends no money, and answers this machine without credentials",
    };
  const address = read.data ? `${read.data.origin}${read.data.base}` : gateway;
  const alive = await statusOf(address, "/healthz");
  if (alive.status !== 200)
    return {
      name,
      state: publicAddress ? "ill" : "skipped",
      detail: `${address}/healthz ${alive.status === undefined ? `does not answer (${alive.why})` : `answers ${alive.status}`}, so nothing was proven`,
      ...(publicAddress && {
        remedy: "Correct CERTFLEET_PUBLIC_URL, or the proxy behind it: deploy/proxy has examples.",
      }),
    };
  return judged(address, await Promise.all(CLOSED.map(async (path) => ({ path, ...(await statusOf(address, path)) }))));
}

function judged(address: string, asked: { path: string; status?: number }[]): Finding {
  const name = "From outside";
  const open = asked.filter(({ status }) => status !== undefined && status >= 200 && status < 300);
  if (open.length === 0)
    return { name, state: "ok", detail: `without credentials ${address} answers ${OPEN.join(", ")} only` };
  return {
    name,
    state: "ill",
    detail: `without credentials ${address} answers ${open.map(({ path }) => path).join(", ")}`,
    remedy: "Whoever reaches it sees this, and may order. Stop it, then make an API key and a console user.",
  };
}

/** Where nobody answers, `why`: a wrong certificate is mended elsewhere than a closed port. */
async function statusOf(address: string, path: string): Promise<{ status?: number; why?: string }> {
  return askGateway(address, path, ANSWER_MS).then(
    ({ status }) => ({ status }),
    (error: Error & { code?: string; cause?: { code?: string; message?: string } }) => ({
      why: error.cause?.code ?? error.code ?? error.cause?.message ?? error.message,
    }),
  );
}
