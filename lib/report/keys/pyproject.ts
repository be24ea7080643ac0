/**
 * Configuration of Python's tools, as far as it names what runs. Sections are taken as text: these files are TOML or INI.
 *
 * @module
 */

/** Sections that count, in any of these files. */
const SECTIONS =
  /^(?:build-system|project\.scripts|project\.gui-scripts|project\.entry-points.*|options\.entry_points|scripts|testenv.*|tox|env.*|tool\.(?:tox|poe|taskipy|pdm\.(?:scripts|build)|hatch\.(?:envs|build|version).*|poetry\.(?:scripts|build|source).*|setuptools.*|cibuildwheel|rye\.(?:scripts|sources).*|uv\.(?:sources|index|pip).*|uv|pixi.*|invoke|nox|briefcase|scikit-build|maturin|invoke|semantic_release|commitizen|bumpversion|bumpver).*|flake8:local-plugins|patch\..*|replace|source)$/;
/** Lines that count in every section: plugins, programs and arguments of test runners. */
const LINES =
  /^\s*["']?(?:addopts|plugins|load-plugins|init-hook|python_files|pythonpath|conftest|build|proc-macro|cmdclass|commands(?:_pre|_post)?|build-backend|backend-path|requires)["']?\s*[=:]/;

/** By section, and by section and name for single lines, what runs or is run. */
export function pyprojectKeys(text: string): Record<string, string> {
  const keys: Record<string, string> = {};
  let section = "";
  /** The key of a line that counts, for as long as its value goes on in further lines. */
  let begun: string | undefined;
  let quoted: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = headerOf(line);
    // Whether this is a section is for those to say who read the whole of TOML: all of the file counts then.
    if (quoted !== undefined && header !== undefined) throw new SyntaxError("a section in quotes");
    quoted = quotedAfter(line, quoted);
    if (header !== undefined) {
      section = namesOf(header);
      begun = undefined;
      continue;
    }
    const plain = line.trim();
    if (plain === "" || plain.startsWith("#") || plain.startsWith(";")) continue;
    const name = namesOf(nameOf(plain));
    const full = section === "" ? name : `${section}.${name}`;
    const isKey = /^\s*[^\s\[\](){},]/.test(line) && /[=:]/.test(line) && !/^["'][^"']*["'],?$/.test(plain);
    if (SECTIONS.test(section) || isKey && isInSection(full)) {
      add(keys, SECTIONS.test(section) ? section : full, plain);
      begun = SECTIONS.test(section) ? undefined : full;
    } else if (
      LINES.test(name === "" ? line : `${name.slice(name.lastIndexOf(".") + 1)} =`) && /[=:]/.test(line)
    ) {
      add(keys, full, plain);
      begun = full;
    } else if (isKey && !/^\s/.test(line)) begun = undefined;
    else if (begun !== undefined) add(keys, begun, plain);
  }
  return keys;
}

/** Whether a name of several parts, or a table in one line, is of a section that counts. */
function isInSection(full: string): boolean {
  return SECTIONS.test(full) || full.includes(".") && SECTIONS.test(full.slice(0, full.lastIndexOf(".")));
}

/** Names of several parts without quotes and blanks around the dots. */
function namesOf(text: string): string {
  return text.split(".").map((name) => name.trim().replace(/["']/g, "")).join(".");
}

/** Which quotes of several lines are open after a line. */
function quotedAfter(line: string, quoted: string | undefined): string | undefined {
  let open = quoted;
  if (open === undefined && /^\s*[#;]/.test(line)) return open;
  for (const found of line.match(/"""|'''/g) ?? []) {
    if (open === undefined) open = found;
    else if (open === found) open = undefined;
  }
  return open;
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
