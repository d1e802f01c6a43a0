/** The name of the file in a repository's root that may say where its Git LFS objects are. */
export const CONFIGURATION = '.lfsconfig';

const LARGEST = 64 * 1024;

/**
 * The URL of the Git LFS server that an `.lfsconfig` names: `lfs.url`, or else `remote.origin.lfsurl`
 * (git-lfs-config, "LFSCONFIG"; the syntax is that of git-config).
 *
 * @returns as it stands there; `undefined` where it names none
 */
export function configuredUrl(content: Buffer): string | undefined {
  if (content.length > LARGEST) return undefined;
  const values = new Map<string, string>();
  let section = '';
  for (const line of content
    .toString('utf8')
    .replace(/\\\r?\n/g, '')
    .split(/\r?\n/)) {
    const heading = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]\s*(.*)$/.exec(line);
    if (heading !== null) section = sectionName(heading[1] ?? '', heading[2]);
    const entry = /^\s*([A-Za-z][\w-]*)\s*=\s*(.*)$/.exec(heading === null ? line : (heading[3] ?? ''));
    if (entry !== null) values.set(`${section}.${(entry[1] ?? '').toLowerCase()}`, valueOf(entry[2] ?? ''));
  }
  return values.get('lfs.url') ?? values.get('remote.origin.lfsurl');
}

function sectionName(name: string, subsection: string | undefined): string {
  const lower = name.toLowerCase();
  return subsection === undefined ? lower : `${lower}.${unescaped(subsection)}`;
}

/** A comment begins at an unquoted `#` or `;`; quotes are no part of the value. */
function valueOf(text: string): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|\\.|[^"\\#;]+|[#;]/g) ?? [];
  const end = parts.findIndex((part) => part === '#' || part === ';');
  const bare = end < 0 ? parts : parts.slice(0, end);
  return unescaped(
    bare
      .join('')
      .trim()
      .replace(/(?<!\\)"/g, ''),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
