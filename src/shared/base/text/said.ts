// The words of a field of certfleet.yaml: what it means, and examples, as its schema and the reference page show them.

export const said = (description: string, ...examples: unknown[]) =>
  examples.length > 0 ? { description, examples } : { description };
