/**
 * Test files that want a place of their own in the order. A test checks that each of them exists.
 *
 * @module
 */

/** Those that take longest, longest first: begun early, so that none of them is the last one, alone. */
export const LONG: readonly string[] = [
  "tests/engine/killed_test.ts",
  "tests/engine/mixed_test.ts",
  "tests/engine/exec_test.ts",
  "tests/e2e/commands_test.ts",
  "tests/escape/out_folder_test.ts",
  "tests/e2e/session_test.ts",
  "tests/e2e/move_test.ts",
  "tests/e2e/together_test.ts",
  "tests/e2e/supervisor_test.ts",
  "tests/escape/image_test.ts",
  "tests/escape/home_test.ts",
  "tests/escape/trust_test.ts",
  "tests/escape/paths_test.ts",
  "tests/e2e/real_agents_test.ts",
  "tests/e2e/renewed_logins_test.ts",
  "tests/e2e/agents_test.ts",
  "tests/escape/waiting_test.ts",
];

/** Those that cannot run beside others, and why. */
export const ALONE: Readonly<Record<string, string>> = {
  "tests/e2e/ends_at_once_test.ts": "its agent, a program for Node, has to start and fail within one second",
};

/**
 * Those that ask nothing of an engine that engines do differently, and why: where several are tested, they run once,
 * without root where that is tested.
 */
export const ONCE: Readonly<Record<string, string>> = {
  "tests/engine/devcontainer_test.ts": "what is built is the same text for every engine",
  "tests/e2e/devcontainer_reference_test.ts": "an image's label is read alike from every engine",
  "tests/escape/trust_test.ts": "what settings are refused is decided before an engine is asked",
  "tests/e2e/settings_test.ts": "settings are read and written without an engine",
  "tests/e2e/templates_test.ts": "how a template is found and what it says is read without an engine",
  "tests/e2e/archive_test.ts": "archives are of files, which every engine leaves alike",
  "tests/e2e/real_agents_test.ts": "what agents do in a box; agents_test.ts starts them on every engine",
  "tests/e2e/renewed_logins_test.ts": "what agents do with a login; collecting is tested on every engine",
  "tests/e2e/guarded_test.ts": "what agents do with a guarded login; the door is tested on every engine",
  "tests/e2e/prompt_test.ts": "what agents are given and what they answer",
};
