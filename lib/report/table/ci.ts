/**
 * What runs elsewhere once it is pushed, with the secrets that are there.
 *
 * @module
 */

import type { Entry } from "../entry.ts";

/** Entries for continuous integration. */
export const CI: readonly Entry[] = [
  {
    id: "ci",
    what: "CI workflow",
    places: [
      ".github/workflows/*",
      ".github/actions/**",
      ".github/dependabot.yml",
      ".github/CODEOWNERS",
      "action.yml",
      "action.yaml",
      ".gitlab-ci.yml",
      ".gitlab/ci/**",
      ".gitlab-ci/**",
      ".gitea/workflows/*",
      ".forgejo/workflows/*",
      ".circleci/**",
      ".travis.yml",
      "appveyor.yml",
      ".appveyor.yml",
      "azure-pipelines.yml",
      "azure-pipelines.yaml",
      ".azure-pipelines/**",
      "bitbucket-pipelines.yml",
      ".drone.yml",
      ".woodpecker.yml",
      ".woodpecker/**",
      ".buildkite/**",
      ".semaphore/**",
      ".teamcity/**",
      ".tekton/**",
      ".builds/**",
      ".build.yml",
      ".cirrus.yml",
      "Jenkinsfile",
      "Jenkinsfile.*",
      "cloudbuild.yaml",
      "cloudbuild.yml",
      "buildspec.yml",
      "wercker.yml",
      "codefresh.yml",
      ".goreleaser.yml",
      ".goreleaser.yaml",
      "renovate.json",
      ".releaserc",
      ".releaserc.*",
      "netlify.toml",
      "vercel.json",
      "wrangler.toml",
      "fly.toml",
    ],
    effect: "runs in your CI, with its secrets, once it is pushed",
    danger: "asked",
    counts: "content",
    protect: "all",
  },
];
