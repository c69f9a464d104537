// What Bull Board answers when something is thrown below it: its own handler makes a 500 of everything, of bodies that we
// refuse as well.
import type { FastifyError } from "fastify";
import { problemOf } from "../error-handler.ts";
import type { GatewayNeeds } from "../needs.ts";
import { problemKind } from "../problems.ts";

/** A body as Bull Board's page reads it. */
interface BoardAnswer {
  status: 400 | 404 | 500;
  body: { error: { key: string }; message: string };
}

/**
 * What its handlers throw is about what they were sent: a name that no queue has, a number that is none. With Redis away
 * it is a 503, as everywhere.
 */
export function boardFailure({ redis, log }: Pick<GatewayNeeds, "redis" | "log">) {
  return (error: Error): BoardAnswer => {
    const problem = problemOf(error as FastifyError, redis);
    const isTheirs = problem.name === "internal";
    if (isTheirs) log.info({ event: "board.failed", err: error });
    const status = isTheirs ? 400 : problemKind(problem.name).status;
    const message = isTheirs ? "The board cannot do this with what was sent." : problem.detail;
    return { status: status as BoardAnswer["status"], body: { error: { key: KEY }, message } };
  };
}

/** The key of its page's own sentence that something went wrong. */
const KEY = "ERRORS.INTERNAL_SERVER_ERROR";
