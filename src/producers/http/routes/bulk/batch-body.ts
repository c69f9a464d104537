// The body of a batch as it arrives: read for as long as somebody sends, and the gateway does not stop.
import type { Readable } from "node:stream";

/** Why no more was read, where that was not the end of the body. */
export type Cut = "stopping" | "silent" | "gone";

export interface BatchBody {
  bytes: () => AsyncGenerator<Buffer>;
  /** No more is read. What was read goes on. */
  stop: (why: Cut) => void;
  readonly cut: Cut | undefined;
}

/** @param silentMs so long may a sender say nothing while it is listened to */
export function batchBody(body: Readable, silentMs: number): BatchBody {
  let cut: Cut | undefined;
  let wake = (): void => {};
  const stop = (why: Cut): void => {
    cut ??= why;
    wake();
  };

  /** The next piece; undefined where there is none any more, or it is not waited for. */
  const next = (pieces: AsyncIterator<Buffer>): Promise<Buffer | undefined> =>
    new Promise((resolve) => {
      const silence = setTimeout(() => stop("silent"), silentMs);
      const told = (piece?: Buffer): void => {
        clearTimeout(silence);
        resolve(piece);
      };
      wake = () => told();
      pieces.next().then(
        ({ value, done }) => told(done ? undefined : value),
        () => {
          // The connection broke: what came of the last line is no line.
          cut ??= "gone";
          told();
        },
      );
    });

  return {
    async *bytes() {
      const pieces = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
      while (cut === undefined) {
        const piece = await next(pieces);
        if (piece === undefined || cut !== undefined) return;
        yield piece;
      }
    },
    stop,
    get cut() {
      return cut;
    },
  };
}
