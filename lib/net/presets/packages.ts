import type { Preset } from "./preset.ts";

/** The public registries. Those that the user's own configuration names are added for each box: see `registries/`. */
export const packages: Preset = {
  meaning:
    "registries of npm, PyPI, crates, Go, RubyGems, Maven, NuGet, Packagist and of distributions, and your own",
  rules: [
    ...["*.npmjs.org", "*.npmjs.com", "*.yarnpkg.com", "jsr.io", "*.jsr.io"],
    ...["pypi.org", "*.pypi.org", "*.pythonhosted.org"],
    ...["crates.io", "*.crates.io", "*.rust-lang.org"],
    ...["*.golang.org", "go.dev", "*.go.dev"],
    ...["rubygems.org", "*.rubygems.org"],
    ...["*.maven.org", "*.maven.apache.org", "*.gradle.org", "maven.google.com"],
    ...["*.nuget.org", "packagist.org", "*.packagist.org"],
    ...["*.debian.org", "*.ubuntu.com", "*.alpinelinux.org"],
    ...["*.fedoraproject.org", "*.archlinux.org", "*.opensuse.org"],
  ],
};
