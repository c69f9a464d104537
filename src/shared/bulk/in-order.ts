// Works on many things at once, and answers in their order: each as soon as it is done and all before it are.

/**
 * Reads on only while fewer than `most` are worked on or wait to be taken: whoever reads the answers slowly slows the reading,
 * and holds no more than that. What the source throws comes behind the answers of all that it gave before.
 * `work` must not throw.
 */
export async function* inOrder<T, R>(
  source: AsyncIterable<T>,
  most: number,
  work: (each: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  let isClosed = false;
  let isAll = false;
  let failure: { error: unknown } | undefined;
  let change = (): void => {};
  let room = (): void => {};

  const read = async (): Promise<void> => {
    for await (const each of source) {
      if (isClosed) return;
      running.push(work(each));
      change();
      if (running.length >= most) await new Promise<void>((go) => (room = go));
      if (isClosed) return;
    }
  };
  void read()
    .catch((error: unknown) => (failure = { error }))
    .finally(() => {
      isAll = true;
      change();
    });

  try {
    for (;;) {
      const first = running[0];
      if (first) {
        const answer = await first;
        void running.shift();
        room();
        yield answer;
      } else if (isAll) {
        if (failure) throw failure.error;
        return;
      } else await new Promise<void>((go) => (change = go));
    }
  } finally {
    isClosed = true;
    room();
  }
}

/** Has what bears the same name done one after the other, in the order in which it was asked for. */
export function oneByOne(): <R>(name: string | null, work: () => Promise<R>) => Promise<R> {
  const last = new Map<string, Promise<unknown>>();
  return <R>(name: string | null, work: () => Promise<R>): Promise<R> => {
    if (name === null) return work();
    const before = last.get(name);
    const mine = before ? before.then(work, work) : work();
    const over = (): void => {
      if (last.get(name) === mine) last.delete(name);
    };
    last.set(name, mine);
    mine.then(over, over);
    return mine;
  };
}
