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
  const before = new Map(nodes.map((node) => [node, earlier(nodes, node)]));
  const done: T[] = [];
  let left = [...nodes];
  while (left.length > 0) {
    const ready = left.filter((node) => !left.some((other) => before.get(node)!.has(other)));
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

/** Those that must be installed before one. Looked up once: a registry may name as many as it likes. */
function earlier<T extends OrderNode>(nodes: readonly T[], node: T): ReadonlySet<T> {
  const after = new Set(node.after.map(withoutVersion));
  const needs = new Set(node.needs);
  return new Set(nodes.filter((other) =>
    other !== node &&
    (needs.has(other.key) || after.has(other.resource) || other.legacy.some((name) => after.has(name)))
  ));
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
