import { relative } from 'node:path';
import { needed, type NeededProgram } from '../requires.js';
import { DulwichServer, neededDulwich } from './dulwich.js';
import type { End } from './faults.js';
import { GitHttpServer } from './git-http-server.js';
import { GoGitServer } from './go-git.js';
import { configure, JGitServer, type RepositorySettings } from './jgit.js';

/** A way in which a server serves one end of a mirror, and what it cannot do in that way. */
export interface Way {
  readonly name: string;
  /** How often it is taken, beside the others. */
  readonly weight: number;
  /** Whether it tells which refs are symbolic, beside HEAD; where it does not say that it does, not if there are none. */
  readonly symrefs: 'told' | 'shown' | 'hidden';
  /** Whether it may take what is merged for unmerged where the clocks of commits were wrong. */
  readonly goesByClocks: boolean;
  /** Whether it leaves the folder of a deleted ref behind, and makes no ref in its place. */
  readonly leavesFolders: boolean;
}

/** A server that is running: repositories below a folder, read and written by everybody. */
export interface RunningServer {
  url(name: string): string;
  stop(): Promise<void>;
}

/** Several repositories, served in the ways that are asked for. */
export interface Serving {
  /** The address of a repository as an end of a mirror. */
  address(end: End, way: Way, path: string): string;
  stop(): Promise<void>;
}

/** Somebody's server. */
export interface ServerKind {
  readonly program: () => NeededProgram;
  readonly asSource: readonly Way[];
  readonly asTarget: readonly Way[];
  /** Serves the repositories below a folder. */
  serve(root: string, program: string): Promise<Serving>;
}

export const LOCAL: Way = { name: 'local', weight: 30, symrefs: 'told', goesByClocks: false, leavesFolders: false };
export const YET_TO_BE_MADE: Way = { ...LOCAL, name: 'local, yet to be made', weight: 3 };

const V2: Way = { name: 'v2', weight: 40, symrefs: 'told', goesByClocks: false, leavesFolders: false };
const WITH_FILTER: Way = { ...V2, name: 'v2 with filter', weight: 30 };
const WITHOUT_FILTER: Way = { ...V2, name: 'v2 without filter', weight: 30, goesByClocks: true };
const V0: Way = { name: 'v0', weight: 30, symrefs: 'hidden', goesByClocks: false, leavesFolders: false };

const GIT: ServerKind = {
  program: () => needed('git'),
  asSource: [LOCAL, WITH_FILTER, WITHOUT_FILTER, V0],
  asTarget: [LOCAL, YET_TO_BE_MADE, V2, V0],
  async serve(root) {
    const servers = { source: await GitHttpServer.start(root), target: await GitHttpServer.start(root) };
    return {
      address: (end, way, path) => {
        const { behaviour } = servers[end];
        behaviour.protocolV2 = way !== V0;
        behaviour.filter = way === WITH_FILTER;
        return [LOCAL, YET_TO_BE_MADE].includes(way) ? path : servers[end].url(nameOf(root, path));
      },
      stop: async () => {
        await Promise.all([servers.source.stop(), servers.target.stop()]);
      },
    };
  },
};

const hiding = (way: Way, name = way.name): Way => ({ ...way, symrefs: 'hidden', name });

// JGit tells of HEAD alone, over protocol v2, too.
const JGIT_WAYS = {
  withFilter: hiding(WITH_FILTER),
  withoutFilter: hiding(WITHOUT_FILTER),
  reachableAlone: hiding(WITHOUT_FILTER, 'v2 without filter, reachable commits alone'),
  v2: hiding(V2),
  v0: hiding(V0),
};
const ANY_OBJECT = ['uploadpack.allowAnySHA1InWant', 'true'] as const;
const JGIT_SETTINGS = new Map<Way, RepositorySettings>([
  [JGIT_WAYS.withFilter, [['uploadpack.allowFilter', 'true'], ANY_OBJECT]],
  [JGIT_WAYS.withoutFilter, [ANY_OBJECT]],
  [JGIT_WAYS.v0, [['protocol.version', '0']]],
]);

const JGIT: ServerKind = {
  program: () => needed('jgit-server'),
  asSource: [JGIT_WAYS.withFilter, JGIT_WAYS.withoutFilter, JGIT_WAYS.reachableAlone, JGIT_WAYS.v0],
  asTarget: [JGIT_WAYS.v2, JGIT_WAYS.v0],
  async serve(root, program) {
    const server = await JGitServer.start(program, root);
    return {
      address: (_end, way, path) => {
        configure(path, JGIT_SETTINGS.get(way) ?? []);
        return server.url(nameOf(root, path));
      },
      stop: () => server.stop(),
    };
  },
};

const DULWICH_V0: Way = { ...V0, symrefs: 'shown' };

const DULWICH: ServerKind = {
  program: neededDulwich,
  asSource: [DULWICH_V0],
  asTarget: [DULWICH_V0],
  async serve(root, program) {
    const server = await DulwichServer.start(program, root);
    return { address: (_end, _way, path) => server.url(nameOf(root, path)), stop: () => server.stop() };
  },
};

const GO_GIT_V2: Way = { ...V2, leavesFolders: true };
const GO_GIT_V0: Way = { ...V0, leavesFolders: true };

const GO_GIT: ServerKind = {
  program: () => needed('go-git-server'),
  asSource: [WITHOUT_FILTER, V0],
  asTarget: [GO_GIT_V2, GO_GIT_V0],
  async serve(root, program) {
    const [v2, v0] = await Promise.all([true, false].map((isV2) => GoGitServer.start(program, root, isV2)));
    return {
      address: (_end, way, path) => ([V0, GO_GIT_V0].includes(way) ? v0 : v2)?.url(nameOf(root, path)) ?? '',
      stop: async () => {
        await Promise.all([v2?.stop(), v0?.stop()]);
      },
    };
  },
};

/** The servers that mirrors are tried with. */
export const SERVERS = { git: GIT, jgit: JGIT, dulwich: DULWICH, 'go-git': GO_GIT } as const;

export type ServerName = keyof typeof SERVERS;

function nameOf(root: string, path: string): string {
  return relative(root, path).split('/').map(encodeURIComponent).join('/');
}
