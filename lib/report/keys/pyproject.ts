/**
 * Configuration of Python's tools, as far as it names what runs. Sections are taken as text: these files are TOML or INI.
 *
 * @module
 */

/** Sections that count, in any of these files. */
const SECTIONS =
  /^(?:build-system|project\.scripts|project\.gui-scripts|project\.entry-points.*|options\.entry_points|scripts|testenv.*|tox|env.*|tool\.(?:tox|poe|taskipy|pdm\.(?:scripts|build)|hatch\.(?:envs|build|version).*|poetry\.(?:scripts|build|source).*|setuptools.*|cibuildwheel|rye\.(?:scripts|sources).*|uv\.(?:sources|index|pip).*|uv|pixi.*|invoke|nox|briefcase|scikit-build|maturin|invoke|semantic_release|commitizen|bumpversion|bumpver).*|source)$/;
/** Lines that count in every section: plugins, programs and arguments of test runners. */
const LINES =
  /^\s*["']?(?:addopts|plugins|load-plugins|init-hook|python_files|conftest|cmdclass|commands(?:_pre|_post)?|build-backend|backend-path|requires)["']?\s*[=:]/;

/** By section, and by section and name for single lines, what runs or is run. */
export function pyprojectKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const header = headerOf(line);
    if (header !== undefined && !/^\s*\[\s*["'{]/.test(line)) {
      section = header.replace(/["']/g, "");
      continue;
    }
    const plain = line.trim();
    if (plain === "" || plain.startsWith("#") || plain.startsWith(";")) continue;
    if (SECTIONS.test(section)) add(keys, section, plain);
    else if (LINES.test(line)) {
      add(keys, section === "" ? nameOf(plain) : `${section}.${nameOf(plain)}`, plain);
    }
  }
  return keys;
}

/** The name of a section whose line it is. In steps that each go through the line once: a box may have made it long. */
function headerOf(line: string): string | undefined {
  const plain = line.trim();
  const end = plain.indexOf("]");
  if (!plain.startsWith("[") || end < 0) return undefined;
  const rest = plain.slice(end).replace(/^\]+/, "").trimStart();
  const name = plain.slice(0, end).replace(/^\[+/, "").trim();
  return name === "" || (rest !== "" && !rest.startsWith("#")) ? undefined : name;
}

function add(keys: Record<string, string>, key: string, line: string): void {
  keys[key] = Object.hasOwn(keys, key) ? `${keys[key]}\n${line}` : line;
}

function nameOf(line: string): string {
  return line.split(/[=:]/)[0]!.trim().replace(/["']/g, "");
}
