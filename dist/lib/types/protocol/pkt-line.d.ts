import { RemoteError } from './errors.js';
/** One packet (gitprotocol-common, "pkt-line Format"; gitprotocol-v2, "Packet-Line Framing"). */
export type Packet = Buffer | typeof FLUSH | typeof DELIMITER | typeof RESPONSE_END;
/** `0000`: the end of a message. */
export declare const FLUSH: unique symbol;
/** `0001`: the border between two sections of a message. */
export declare const DELIMITER: unique symbol;
/** `0002`: the end of an answer over a stateless connection. */
export declare const RESPONSE_END: unique symbol;
/** The packets of control, as bytes to send. */
export declare const FLUSH_BYTES: Buffer<ArrayBuffer>;
export declare const DELIMITER_BYTES: Buffer<ArrayBuffer>;
/** The packet that carries this payload. */
export declare function packet(payload: string | Uint8Array): Buffer;
/** The text of a packet without its line feed. */
export declare function lineOf(payload: Buffer): string;
/** Reads packets from a stream of bytes, strictly, holding no more than one packet and one chunk. */
export declare class PacketReader {
    #private;
    /** @param location the repository that the bytes come from, for messages */
    constructor(location: string, chunks: AsyncIterable<Buffer>);
    /**
     * The next packet, or `undefined` where the stream ends between two packets.
     *
     * @throws {ProtocolError} for a length that is none, or a server's `ERR` packet as {@link RemoteError}
     */
    next(): Promise<Packet | undefined>;
    /** The next packet of a message that is not over yet. */
    need(): Promise<Packet>;
    /** Ends the reading early and lets the source of the bytes know. */
    cancel(): Promise<void>;
}
/** The error for an answer that ended before it was complete. */
export declare function cutOff(location: string): RemoteError;
/** The error for a message by which the server itself refuses to go on. */
export declare function serverSays(location: string, text: string): RemoteError;
