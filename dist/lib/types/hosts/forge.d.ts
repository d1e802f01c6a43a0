import type { Location } from '../protocol/location.js';
import type { Host } from './host.js';
/** The forges whose API tells which branches are protected; Forgejo's is Gitea's. */
export type ForgeKind = 'github' | 'gitlab' | 'gitea';
/** A forge, and where its API is. */
export interface Forge {
    readonly kind: ForgeKind;
    /** Where its repositories are, without a slash at the end. */
    readonly serverUrl: string;
    /** Where its API is, without a slash at the end. */
    readonly apiUrl: string;
}
/** What is known of the host that a forge is. */
export declare function hostOfForge({ kind }: Forge): Host;
/** Whether a repository is on this very forge. */
export declare function isOnForge(location: Exclude<Location, {
    kind: 'local';
}>, { serverUrl }: Forge): boolean;
/** Whether a location may be one of a forge: one that is known to be of another host is not, nor a folder. */
export declare function hasForge(location: Location, host: Host): boolean;
/** The forges, for a sentence. */
export declare function forgeTitles(): string;
/** The forge that the name of a server tells. */
export declare function forgeByName(serverUrl: string, host: Host): Forge | undefined;
/** A forge with its API at the usual place. */
export declare function forgeAt(serverUrl: string, kind: ForgeKind): Forge;
/** The server of a repository, as a forge has it in its pages' addresses; over SSH the usual one of that name. */
export declare function serverOf(location: Exclude<Location, {
    kind: 'local';
}>): string;
/** The path of a repository on its forge: `owner/name`, in GitLab also `group/subgroup/name`. */
export declare function projectPath(location: Exclude<Location, {
    kind: 'local';
}>, serverUrl: string): string;
