import { RemoteError } from './errors.js';
import type { Service } from './transport.js';
/** A request of which not a byte left: it may be sent again, whatever it asks for. */
export declare class NothingSentError extends RemoteError {
    asRemoteError(): RemoteError;
}
/** The error as the rest of the program knows it. */
export declare function settled(error: unknown): unknown;
/** A proxy as messages speak of it. */
export interface UsedProxy {
    /** Without credentials. */
    readonly shown: string;
    /** The variable of the environment that names it. */
    readonly variable: 'HTTPS_PROXY' | 'HTTP_PROXY';
}
/** What is known of a connection that failed. */
export interface FailedConnection {
    readonly location: string;
    /** Whether the request cannot have reached the server. */
    readonly nothingSent: boolean;
    /** The proxy it went through. */
    readonly proxy?: UsedProxy | undefined;
}
/** A failure of the connection, put into words. */
export declare function connectionError(error: unknown, connection: FailedConnection): unknown;
/** What to do about a proxy that makes no connection. */
export declare function proxyRemedy({ variable }: UsedProxy): string;
/** Whether a status is one that passes by itself. */
export declare function mayTryAgain(status: number): boolean;
/** Whole sentences; for reading and writing apart, where they want different things. */
export type Hint = string | {
    readonly read: string;
    readonly write: string;
};
/** What a user is told of signing in. */
export interface SignInHints {
    /** What a user sets to sign in: "the input `token`". */
    readonly token: string;
    /** Who signs in, where that is nobody with a token; `token` then names keys. */
    readonly bearer?: string;
    /** What the host wants of it, whole sentences by HTTP status. */
    readonly byStatus: Readonly<Partial<Record<number, Hint>>>;
}
/** What is known of an answer that is not the one Git's protocol wants. */
export interface UnexpectedAnswer {
    readonly location: string;
    readonly status: number;
    readonly type: string;
    /** The first bytes of the body. */
    readonly beginning: string;
    readonly redirectedTo: string | undefined;
    readonly signedIn: boolean;
    readonly hints: SignInHints;
    readonly service: Service;
}
/** The error for an HTTP answer that is no Git answer. */
export declare function statusError(answer: UnexpectedAnswer): RemoteError;
/** What a server says in the JSON of a refusal: a sentence with a space before it, or nothing. */
export declare function saidInJson(body: string): string;
