// Lets several processes go on one at a time, in an order that a list of numbers decides: a race that can be replayed.

/** The way of every word that a process says to Redis, to the journal or to eNom. */
export type Passage = <T>(word: () => Promise<T>) => Promise<T>;

export const straight: Passage = (word) => word();

/** Runs all jobs; from word to word `picks`, taken round and round, chooses who goes on. Ends when all have ended. */
export async function together<T>(
  jobs: readonly ((passage: Passage) => Promise<T>)[],
  picks: readonly number[],
): Promise<PromiseSettledResult<T>[]> {
  const processes = jobs.map(() => ({ busy: true, over: false, waiting: [] as (() => void)[] }));
  let turn = 0;

  function goOn(): void {
    if (processes.some(({ busy }) => busy)) return;
    const ready = processes.filter(({ waiting }) => waiting.length > 0);
    const next = ready[(picks[turn++ % picks.length] ?? 0) % ready.length];
    if (!next) return;
    next.busy = true;
    next.waiting.shift()?.();
  }
  function rest(process: { busy: boolean }): void {
    process.busy = false;
    setImmediate(goOn); // behind whatever else the process asks for at this moment
  }

  return Promise.allSettled(
    jobs.map((job, i) => {
      const process = processes[i] ?? { busy: true, over: false, waiting: [] };
      const passage: Passage = async (word) => {
        await new Promise<void>((go) => {
          process.waiting.push(go);
          rest(process);
        });
        return word().finally(() => {
          if (process.over || process.waiting.length > 0) rest(process);
        });
      };
      return job(passage).finally(() => {
        process.over = true;
        rest(process);
      });
    }),
  );
}
