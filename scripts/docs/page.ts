// What the generated pages share: a head that says where they come from, and tables.

/** A page that says of itself that it is generated. `intro`: lines of Markdown. */
export function page(title: string, intro: readonly string[], ...sections: readonly string[]): string {
  const head = `# ${title}\n\n<!-- Made by \`npm run docs\` from the code. Do not edit this page. -->\n\n${intro.join("\n")}`;
  return `${[head, ...sections].map((each) => each.trimEnd()).join("\n\n")}\n`;
}

export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text: string): string {
  return `\`${text}\``;
}
