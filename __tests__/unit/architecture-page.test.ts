import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import ts from 'typescript';
// @ts-expect-error -- a script without types
import { FLOORS } from '../../scripts/floors.mjs';
// @ts-expect-error -- a script without types
import { importGraph } from '../../scripts/imports.mjs';

interface Import {
  readonly to: string;
  readonly isType: boolean;
}

const page = readFileSync('docs/architecture.md', 'utf8');
const graph = (importGraph as (root: string) => ReadonlyMap<string, readonly Import[]>)('src');

/** A file or a folder, perhaps with a name in it: `mirror/round.ts#Round.run`. */
const PLACE = /^(?:[\w.-]+\/)*[\w.-]*(?:\/|\.(?:ts|mjs|md|yml|json))(?:#.+)?$/;
/** A name as only sources have it: `RefUpdate`, `fetchPack`, `HOSTS`. */
const NAME = /^(?:[A-Z]\w*[a-z]\w*|[a-z]+[A-Z]\w*|[A-Z_]{4,})(?:\.#?\w+)?$/;
/** Names that are not ours. */
const FOREIGN = new Set(['setSecret']);

function spansOf(text: string): string[] {
  return Array.from(text.matchAll(/`([^`\n]+)`/g), ([, span = '']) => span);
}

/** Everything in a text that names a place or a thing which does not exist. */
function lostIn(text: string): string[] {
  const spans = [...new Set(spansOf(text))];
  const places = spans.filter((span) => PLACE.test(span));
  const known = new Set(places.flatMap((place) => place.split(/[#.]+/)));
  const names = spans.filter((span) => NAME.test(span) && !PLACE.test(span));
  const lost = names.filter((span) => !FOREIGN.has(span) && !known.has(span));
  return [...places.filter((place) => !isThere(place)), ...lost];
}

function isThere(place: string): boolean {
  const [, path = '', name] = /^([^#]+)(?:#(.+))?$/.exec(place) ?? [];
  const found = [`src/${path}`, path].find((one) => existsSync(one));
  if (found === undefined || statSync(found).isDirectory() !== path.endsWith('/')) return false;
  return name === undefined || namesIn(found).has(name);
}

const namesByFile = new Map<string, ReadonlySet<string>>();

/** Names that a file declares at its top, and those of their members: `Round`, `Round.run`, `Round.#push`. */
function namesIn(path: string): ReadonlySet<string> {
  const known = namesByFile.get(path);
  if (known !== undefined) return known;
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true);
  const names = new Set(
    file.statements.flatMap(declarationsIn).flatMap((declaration) => {
      const name = declaration.name?.getText(file) ?? '';
      return [name, ...membersOf(declaration).map((member) => `${name}.${member.name?.getText(file) ?? ''}`)];
    }),
  );
  namesByFile.set(path, names);
  return names;
}

function declarationsIn(statement: ts.Statement): ts.NamedDeclaration[] {
  if (ts.isVariableStatement(statement)) return [...statement.declarationList.declarations];
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isDeclaration ? [statement] : [];
}

function membersOf(declaration: ts.NamedDeclaration): readonly ts.NamedDeclaration[] {
  if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) return [...declaration.members];
  return [];
}

describe('docs/architecture.md', () => {
  test('names many places', () => {
    expect(spansOf(page).filter((span) => PLACE.test(span) && span.includes('#')).length).toBeGreaterThan(100);
  });

  test('names nothing that does not exist', () => {
    expect(lostIn(page)).toEqual([]);
  });

  test.each([
    ['a file', 'mirror/rounds.ts'],
    ['a folder', 'mirrors/'],
    ['a file that is a folder', 'mirror/round.ts/'],
    ['a function', 'mirror/plan.ts#planned'],
    ['a method', 'mirror/round.ts#Round.walk'],
    ['a private method', 'mirror/round.ts#Round.#fetch'],
    ['a member of an interface', 'mirror/carrier.ts#Carrier.pull'],
    ['a name that only stands in a comment or a body', 'mirror/round.ts#isRisky'],
    ['a name without its file', 'RoundTrip'],
    ['a function without its file', 'fetchNothing'],
  ])('would be told of %s that does not exist', (_what, place) => {
    expect(lostIn(`See \`${place}\` and \`mirror/round.ts#Round.run\`.`)).toEqual([place]);
  });
});

describe('the table of floors', () => {
  const table = Array.from(
    page.matchAll(/^\| (\d+) \| `([^`]+)` \| [^|]+ \| ([^|]+) \|$/gm),
    ([, floor, room, may]) => ({
      floor: Number(floor),
      room,
      may,
    }),
  );

  test('has every room of scripts/floors.mjs, in the same order', () => {
    const floors = FLOORS as readonly (readonly string[])[];
    const rooms = floors.flatMap((all, index) =>
      all.map((room) => ({ floor: index + 1, room: room === '' ? 'src/' : `${room}/` })),
    );

    expect(table.map(({ floor, room }) => ({ floor, room }))).toEqual(rooms);
  });

  test.each(table)('says what may happen in $room', ({ room = '', may }) => {
    const folder = room === 'src/' ? 'src' : `src/${room.slice(0, -1)}`;
    const files = [...graph.keys()].filter((file) => dirname(file) === folder);
    const loaded = loadedBy(files);
    const effects = EFFECTS.filter(([, pattern]) => [...loaded].some((name) => pattern.test(name)));

    expect(files.length).toBeGreaterThan(0);
    expect(may).toBe(effects.map(([effect]) => effect).join(', ') || 'pure');
  });
});

const EFFECTS: readonly (readonly [effect: string, modules: RegExp])[] = [
  ['network', /^node:(?:https?|tls|dns)$/],
  ['processes', /^(?:node:child_process|@actions\/exec)$/],
  ['files', /^node:fs/],
];

/** Files, packages and modules of Node.js that some files load, near or far. */
function loadedBy(files: readonly string[]): ReadonlySet<string> {
  const loaded = new Set(files);
  for (const file of loaded) {
    for (const { to, isType } of graph.get(file) ?? []) if (!isType) loaded.add(to);
  }
  return loaded;
}
