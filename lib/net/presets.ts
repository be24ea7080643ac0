/**
 * Presets: lists of rules that have a name. Facts about services, in one place; each name is the one its maker documents.
 *
 * @module
 */

/** A preset. */
export interface Preset {
  /** What it is for, for people. */
  readonly meaning: string;
  /** Its rules. */
  readonly rules: readonly string[];
}

/** The presets there are. `@agent` is made for each box from what its agent needs. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  git: {
    meaning: "GitHub, GitLab and Bitbucket, over HTTPS and SSH",
    rules: [
      "github.com:22,80,443",
      "*.github.com:22,80,443",
      "*.githubusercontent.com",
      "gitlab.com:22,80,443",
      "*.gitlab.com:22,80,443",
      "bitbucket.org:22,80,443",
      "*.bitbucket.org:22,80,443",
    ],
  },
  packages: {
    meaning: "registries of npm, PyPI, crates, Go, RubyGems, Maven, NuGet, Packagist, and of distributions",
    rules: [
      ...["*.npmjs.org", "*.npmjs.com", "*.yarnpkg.com", "jsr.io", "*.jsr.io"],
      ...["pypi.org", "*.pypi.org", "files.pythonhosted.org"],
      ...["crates.io", "*.crates.io", "static.rust-lang.org"],
      ...["proxy.golang.org", "sum.golang.org", "go.dev"],
      ...["rubygems.org", "*.rubygems.org"],
      ...[
        "repo1.maven.org",
        "repo.maven.apache.org",
        "plugins.gradle.org",
        "services.gradle.org",
        "maven.google.com",
      ],
      ...["*.nuget.org", "packagist.org", "*.packagist.org"],
      ...[
        "deb.debian.org",
        "security.debian.org",
        "*.ubuntu.com",
        "*.alpinelinux.org",
        "*.fedoraproject.org",
      ],
    ],
  },
  containers: {
    meaning: "registries of images",
    rules: [
      ...["docker.io", "*.docker.io", "*.docker.com", "ghcr.io", "*.ghcr.io"],
      ...["quay.io", "*.quay.io", "gcr.io", "*.gcr.io", "mcr.microsoft.com", "registry.k8s.io"],
    ],
  },
  ai: {
    meaning: "services of models",
    rules: [
      ...["*.anthropic.com", "claude.ai", "*.claude.ai", "*.openai.com", "chatgpt.com", "*.chatgpt.com"],
      ...["generativelanguage.googleapis.com", "aiplatform.googleapis.com", "oauth2.googleapis.com"],
      ...["openrouter.ai", "*.githubcopilot.com", "*.mistral.ai", "api.groq.com", "api.deepseek.com"],
    ],
  },
};
