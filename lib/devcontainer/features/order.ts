/**
 * In which order features are installed.
 *
 * In rounds: in each, those of which all that they need is installed, and of these only what the file wants first. Within a round by name,
 * so that the order is always the same.
 *
 * Source: Development Containers specification, "Features", "Feature installation order".
 *
 * @module
 */

import { badFeature } from "./metadata.ts";

/** A feature in the graph. */
export interface OrderNode {
  /** Tells two apart: what it is, and with which options. */
  readonly key: string;
  /** What it is, without version. */
  readonly resource: string;
  /** Other resources it was called by. */
  readonly legacy: readonly string[];
  /** Keys of what must be there before. */
  readonly needs: readonly string[];
  /** Resources that come before where they are asked for at all. */
  readonly after: readonly string[];
}

/** The order. `first`: resources that go first, with or without version. Throws `bad-feature` for a circle. */
export function inOrder<T extends OrderNode>(nodes: readonly T[], first: readonly string[]): readonly T[] {
  const wanted = first.map(withoutVersion);
  const priority = (node: T) => {
    const index = wanted.indexOf(node.resource);
    return index < 0 ? 0 : wanted.length - index;
  };
  const done: T[] = [];
  let left = [...nodes];
  while (left.length > 0) {
    const ready = left.filter((node) => !left.some((other) => other !== node && comesBefore(other, node)));
    const most = Math.max(...ready.map(priority));
    const round = ready.filter((node) => priority(node) === most).sort(byName);
    if (round.length === 0) {
      throw badFeature(left[0]!.resource, `it and ${left.length - 1} others need each other`);
    }
    done.push(...round);
    left = left.filter((node) => !round.includes(node));
  }
  return done;
}

function comesBefore(other: OrderNode, node: OrderNode): boolean {
  return node.needs.includes(other.key) ||
    node.after.some((resource) => {
      const name = withoutVersion(resource);
      return name === other.resource || other.legacy.includes(name);
    });
}

/** `ghcr.io/o/f/node:1` is `ghcr.io/o/f/node`. */
export function withoutVersion(id: string): string {
  if (id.startsWith("./") || id.startsWith("../")) return id;
  const plain = id.toLowerCase().replace(/@.*$/, "");
  return plain.replace(/:[^:/]*$/, "");
}

function byName(one: OrderNode, other: OrderNode): number {
  return one.resource < other.resource
    ? -1
    : one.resource > other.resource
    ? 1
    : one.key < other.key
    ? -1
    : 1;
}
