import { Capabilities } from './capabilities.js';
import { type ObjectFormat, type ObjectId } from './object-format.js';
import { type PacketReader } from './pkt-line.js';
/** One ref as a server tells it. */
export interface Ref {
    readonly name: string;
    readonly id: ObjectId;
    /** What an annotated tag points to in the end. */
    readonly peeled?: ObjectId | undefined;
    /** The ref that a symbolic ref stands for. */
    readonly symref?: string | undefined;
}
/** What a service says first: in protocol v2 its capabilities alone, before that its refs too. */
export type Advertisement = {
    readonly version: 2;
    readonly capabilities: Capabilities;
} | {
    readonly version: 0;
    readonly capabilities: Capabilities;
    readonly refs: readonly Ref[];
    /** Objects a server holds beside its refs (`.have`, from alternates). */
    readonly extraHaves: readonly ObjectId[];
    readonly isShallow: boolean;
};
/** More refs than any repository has: a server that sends more is not believed. */
export declare const MOST_REFS = 2000000;
/** More bytes than the refs of any repository take. */
export declare const LARGEST_LISTING: number;
/**
 * Reads an advertisement (gitprotocol-v2 "Capability Advertisement", gitprotocol-pack "Reference Discovery",
 * gitprotocol-http "Discovering References").
 *
 * @throws {ProtocolError} for anything else
 */
export declare function readAdvertisement(packets: PacketReader, location: string): Promise<Advertisement>;
/** Checks an object id that a server sent. */
export declare function checkedId(text: string, format: ObjectFormat, location: string): ObjectId;
/** Checks a ref name that a server sent. */
export declare function checkedRefName(bytes: Buffer, location: string): string;
