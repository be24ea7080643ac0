/**
 * Git attributes, as far as they have a filter or a driver run.
 *
 * @module
 */

/** By attribute and pattern: those that name a filter, a diff or a merge driver. What git has itself is not one. */
export function gitAttributesKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [pattern, ...attributes] = words(line);
    if (pattern === undefined || pattern.startsWith("#")) continue;
    for (const attribute of attributes) {
      const [, name, value] = /^(filter|diff|merge)=(.*)$/.exec(attribute) ?? [];
      if (name === undefined || isOfGit(name, value!)) continue;
      keys[`${name}=${value} for ${pattern}`] = attribute;
    }
  }
  return keys;
}

const OWN: Readonly<Record<string, RegExp>> = {
  filter: /^lfs$/,
  merge: /^(?:text|binary|union|lfs)$/,
  diff:
    /^(?:lfs|ada|bash|bibtex|cpp|csharp|css|dts|elixir|fortran|fountain|golang|html|ini|java|kotlin|markdown|matlab|objc|pascal|perl|php|python|ruby|rust|scheme|tex)$/,
};

function isOfGit(name: string, value: string): boolean {
  return OWN[name]!.test(value);
}

/** The words of a line; the first may be quoted. */
function words(line: string): string[] {
  return line.trim().match(/^"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
}
