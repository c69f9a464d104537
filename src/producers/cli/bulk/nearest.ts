// The word that somebody may have meant.

/** The one that differs least; undefined where none is near. */
export function nearestOf(given: string, words: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  const far = words.map((word) => ({ word, letters: farOf(wanted, word.toLowerCase()) }));
  const best = far.reduce<{ word: string; letters: number } | undefined>(
    (a, b) => (a === undefined || b.letters < a.letters ? b : a),
    undefined,
  );
  return best && best.letters <= Math.max(3, given.length / 3) ? best.word : undefined;
}

/** Of dotted paths the last part counts, too: people leave out what stands before it. */
function farOf(a: string, b: string): number {
  const last = (path: string): string => path.split(".").at(-1) ?? "";
  return Math.min(distance(a, b), distance(last(a), last(b)) + 2);
}

/** How many letters differ (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swapped = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swapped);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
