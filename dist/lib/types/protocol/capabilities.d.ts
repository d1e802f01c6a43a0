import { type ObjectFormat } from './object-format.js';
/** What a server can do: names with the values given to each, in the order given (gitprotocol-capabilities). */
export declare class Capabilities {
    #private;
    private constructor();
    /** No capability at all: what is known of a repository before it exists. */
    static readonly none: Capabilities;
    /** @param words `name` or `name=value` each */
    static of(words: Iterable<string>): Capabilities;
    has(name: string): boolean;
    /** Every value of `name=value`. */
    values(name: string): readonly string[];
    /** Whether `name=…` lists this feature among its space-separated values (protocol v2: `fetch=shallow filter`). */
    hasFeature(name: string, feature: string): boolean;
    /**
     * The hash the repository uses; sha1 where nothing is said.
     *
     * @throws {ProtocolError} for a format this program does not know
     */
    objectFormat(location: string): ObjectFormat;
}
