import type { Preset } from "./preset.ts";

/** The public registries. Those that the user's own configuration names are added for each box: see `registries/`. */
export const packages: Preset = {
  meaning:
    "registries of npm, PyPI, crates, Go, RubyGems, Maven, NuGet, Packagist and of distributions, and your own",
  rules: [
    ...["*.npmjs.org", "*.npmjs.com", "*.yarnpkg.com", "jsr.io", "*.jsr.io"],
    ...["pypi.org", "*.pypi.org", "files.pythonhosted.org"],
    ...["crates.io", "*.crates.io", "static.rust-lang.org"],
    ...["proxy.golang.org", "sum.golang.org", "go.dev", "*.go.dev"],
    ...["rubygems.org", "*.rubygems.org"],
    ...["repo1.maven.org", "repo.maven.apache.org", "maven.google.com"],
    ...["plugins.gradle.org", "services.gradle.org", "plugins-artifacts.gradle.org"],
    ...["*.nuget.org", "packagist.org", "*.packagist.org"],
    ...["deb.debian.org", "security.debian.org", "*.ubuntu.com", "*.alpinelinux.org"],
    ...["*.fedoraproject.org", "*.archlinux.org", "download.opensuse.org"],
  ],
};
