/**
 * Versions of programs, and their order. What a distribution appends, such as `+ds1-1+deb12u1`, has no say in it.
 *
 * @module
 */

/** Major, minor and patch, how near to the release, and the number of the pre-release. */
export type Version = readonly [major: number, minor: number, patch: number, stage: number, pre: number];

const STAGES = ["dev", "alpha", "beta", "rc"];

/** The version in a text such as `1.1.5+ds1`, `5.8.4-dev`, `v1.4.0-rc.3` or `1.2.5-0ubuntu1`; `undefined` where there is none. */
export function parseVersion(text: string): Version | undefined {
  const match = text.match(/^v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-~.]?(dev|alpha|beta|rc)[-.]?(\d+)?)?/);
  if (!match) return undefined;
  const [, major, minor, patch = "0", stage, pre = "0"] = match;
  return [
    Number(major),
    Number(minor),
    Number(patch),
    stage === undefined ? STAGES.length : STAGES.indexOf(stage),
    Number(pre),
  ];
}

/** Below 0 when the first is the older one. */
export function compareVersions(one: Version, other: Version): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at === -1 ? 0 : one[at]! - other[at]!;
}

/** Whether two are of one branch, which gets fixes of its own: `1.2`. */
export function sameBranch(one: Version, other: Version): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
