// Keeps the books of the pretended eNom in a file, so that what was bought outlives the process.
import { join } from "node:path";
import { findWholeFile, replaceWholeFile } from "../../ca/whole-file.ts";
import type { Books, BooksState } from "./books.ts";

export interface BooksFile {
  /** What was kept, or undefined in a new directory. @throws Error the file is of another version, or damaged */
  find(): Promise<BooksState | undefined>;
  /** Returns when everything in the books is on disk; writes nothing when nothing changed. */
  keep(books: Books): Promise<void>;
}

const VERSION = 1;

/** The books in `directory` (`books.json`); without a directory nothing is kept. */
export function booksFile(directory: string | undefined): BooksFile {
  if (directory === undefined) return { find: async () => undefined, keep: async () => {} };
  const path = join(directory, "books.json");
  let written = "";
  return {
    find: async () => {
      const text = await findWholeFile(path);
      return text === undefined ? undefined : parse(text, path);
    },
    keep: async (books) => {
      const text = JSON.stringify({ version: VERSION, ...books.state() });
      if (text === written) return;
      await replaceWholeFile(path, text);
      written = text;
    },
  };
}

function parse(text: string, path: string): BooksState {
  const { version, ...state } = JSON.parse(text) as BooksState & { version: number };
  if (version !== VERSION) throw new Error(`${path} has version ${version}; delete it to begin with new books`);
  return state;
}
