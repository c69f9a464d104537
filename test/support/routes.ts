// Every route of a gateway, read from the tree that Fastify prints: also those that a test's author does not know of.

/** `/v1/certificates/:reference` and its method. */
export function routesOf(tree: string): { method: string; path: string }[] {
  const above: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const [, indent = "", step = "", methods = ""] = /^([│ ]*)[├└]── (\S+) \((.+)\)$/.exec(line) ?? [];
    if (!step) return [];
    const depth = indent.length / 4;
    const path = `${above[depth - 1] ?? ""}${step}`.replace("//", "/");
    above[depth] = path;
    return methods.split(", ").map((method) => ({ method, path }));
  });
}
