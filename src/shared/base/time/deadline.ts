// A promise against a timer, the one for all. Node has AbortSignal.timeout for calls that take a signal; most of what is
// waited for here takes none.

/**
 * The work's own end, or after `ms` that of `late`: a value instead, or an error that it throws. The work itself goes on,
 * and nobody hears how it ends. The timer never outlives the answer.
 */
export async function withDeadline<T, L = T>(work: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  // Written for Node 20, too, where the clients of the package may run.
  const end = new Promise<L>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, ms);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}
