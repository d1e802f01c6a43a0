import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import type { End } from '../__tests__/servers/faults.js';
import { GitHttpServer } from '../__tests__/servers/git-http-server.js';
import { LfsFaults, withLfs } from '../__tests__/servers/lfs-faults.js';
import type { Choices, Scene } from './choices.js';
import { copyFolder, type Fixture } from './fixtures.js';
import { Proxy } from './proxy.js';
import type { World } from './world.js';

/** One target of a run. */
export interface Target {
  /** The name of its mirror in the report of a list. */
  readonly name: string;
  readonly path: string;
  /** Its state before the run. */
  readonly scene: Scene;
}

/** The folders of a run, below one of its own. */
export interface Places {
  readonly root: string;
  readonly source: string;
  /** Holds the target, and can be a disk of its own. */
  readonly disk: string;
  readonly target: string;
  readonly tmp: string;
  readonly bin: string;
}

/** Both ends of a run, with what the program is given to reach them. */
export interface Ends {
  readonly targets: readonly Target[];
  /** For ways over the network. */
  readonly proxies: Readonly<Record<End, Proxy>> | undefined;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Makes the folders of a run. */
export function makePlaces(world: World, number: number): Places {
  const root = world.workplace.join(`run-${number}-`);
  const [disk, tmp, bin] = [join(root, 'disk'), join(root, 'tmp'), join(root, 'bin')];
  for (const folder of [root, disk, tmp, bin]) mkdirSync(folder, { recursive: true });
  // An LFS server knows repositories by their last name.
  const [source, target] = [join(root, `source-${number}.git`), join(disk, `target-${number}.git`)];
  return { root, source, disk, target, tmp, bin };
}

/** The repositories of which a run gets copies. */
export function fixtureOf({ plain, withLfs: lfs }: World, { way }: Pick<Choices, 'way'>): Fixture {
  return way === 'lfs' || way === 'lfs-folder' ? lfs : plain;
}

/** Copies the repositories, and starts the servers of a run. */
export async function makeEnds(world: World, choices: Choices, places: Places): Promise<Ends> {
  const fixture = fixtureOf(world, choices);
  copyFolder(fixture.source, places.source);
  if (!isUnmade(choices)) copyFolder(fixture.targets[choices.scene], places.target);
  const { way } = choices;
  if (way === 'folder' || way === 'lfs-folder') return folders(choices, places);
  return way === 'ssh' ? overSsh(world, choices, places) : overHttp(world, choices, places);
}

/** Reports whether the target of a run is a folder that the program makes. */
export function isUnmade({ way, scene, isUnmade: isWished }: Choices): boolean {
  return (way === 'folder' || way === 'lfs-folder') && scene === 'first' && isWished;
}

function folders({ scene }: Choices, { source, target }: Places): Ends {
  return {
    targets: [{ name: '', path: target, scene }],
    proxies: undefined,
    args: [source, target],
    environment: {},
    stop: async () => undefined,
  };
}

async function overSsh({ ssh }: World, { scene }: Choices, { source, target }: Places): Promise<Ends> {
  if (ssh === undefined) throw new Error('there is no SSH server');
  const proxies = { source: await Proxy.start(() => ssh.port), target: await Proxy.start(() => ssh.port) };
  const ports = [proxies.source.port, proxies.target.port];
  const url = (end: End, path: string): string => `ssh://${userInfo().username}@127.0.0.1:${proxies[end].port}${path}`;
  return {
    targets: [{ name: '', path: target, scene }],
    proxies,
    args: [url('source', source), url('target', target)],
    environment: {
      PUSH_MIRROR_SSH_PRIVATE_KEY: ssh.privateKey,
      PUSH_MIRROR_SSH_KNOWN_HOSTS: ports.map((port) => ssh.knownHosts.replace(`:${ssh.port} `, `:${port} `)).join('\n'),
    },
    stop: () => stopAll([proxies.source, proxies.target]),
  };
}

async function overHttp(world: World, choices: Choices, places: Places): Promise<Ends> {
  // Only encryption shows what is changed on the way: without it the program cannot know.
  const isChanging = choices.fault === 'flip' || choices.fault === 'repeat';
  const isTls = choices.way === 'https' || (isChanging && choices.way !== 'http');
  const start = (root: string): Promise<GitHttpServer> =>
    GitHttpServer.start(root, isTls ? https.createServer(world.certificate) : http.createServer());
  const servers = { source: await start(places.root), target: await start(places.disk) };
  const proxies = {
    source: await Proxy.start(() => servers.source.port),
    target: await Proxy.start(() => servers.target.port),
  };
  servers.source.behaviour.protocolV2 = choices.way !== 'staged';
  const url = (end: End): string => `http${isTls ? 's' : ''}://127.0.0.1:${proxies[end].port}`;
  const lfs = choices.way === 'lfs' ? await serveLfs(world, choices, servers, url) : [];
  const [source, target] = [
    `${url('source')}/source-${choices.number}.git`,
    `${url('target')}/target-${choices.number}.git`,
  ];
  const all = [proxies.source, proxies.target, servers.source, servers.target, ...lfs];
  const authority = isTls ? ['--ca-certificate', world.certificate.path] : [];
  const of = (targets: readonly Target[], args: readonly string[]): Ends => ({
    targets,
    proxies,
    args: [...authority, ...args],
    environment: {},
    stop: () => stopAll(all),
  });
  const struck = { name: 'struck', path: places.target, scene: choices.scene };
  if (choices.way !== 'list') return of([struck], [source, target]);
  const others = [join(places.root, 'other-0.git'), join(places.root, 'other-1.git')];
  copyFolder(world.plain.targets[choices.scene], others[0] ?? '');
  const list = [
    `- { name: struck, url: "${target}" }`,
    `- { name: calm, url: "${others[0] ?? ''}" }`,
    `- { name: unmade, url: "${others[1] ?? ''}" }`,
  ];
  const file = join(places.root, 'mirrors.yml');
  writeFileSync(file, `${list.join('\n')}\n`);
  const calm = others.map((path, index) => ({
    name: index === 0 ? 'calm' : 'unmade',
    path,
    scene: index === 0 ? choices.scene : ('first' as const),
  }));
  return of([struck, ...calm], ['--mirrors', file, source]);
}

/** Serves Git LFS at both ends by one real server, through the proxies. */
async function serveLfs(
  world: World,
  { number, scene }: Choices,
  servers: Readonly<Record<End, GitHttpServer>>,
  url: (end: End) => string,
): Promise<LfsFaults[]> {
  const { lfs, withLfs: fixture } = world;
  if (lfs === undefined) throw new Error('there is no Git LFS server');
  lfs.store(`source-${number}`).put([...fixture.objectsOf.values()].flat());
  if (scene !== 'first') lfs.store(`target-${number}`).put(fixture.held);
  return Promise.all(
    (['source', 'target'] as const).map(async (end) => {
      const faults = await LfsFaults.start(lfs.root);
      withLfs(servers[end], faults, 'another origin');
      faults.hrefRoot = url(end);
      return faults;
    }),
  );
}

async function stopAll(all: readonly { stop(): Promise<void> }[]): Promise<void> {
  await Promise.all(all.map((one) => one.stop()));
}
