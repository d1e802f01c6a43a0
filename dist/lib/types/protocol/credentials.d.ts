/** Who signs in, by HTTP's basic authentication (RFC 7617). */
export interface Credentials {
    readonly username: string;
    readonly password: string;
}
/** The value of the header that signs in. */
export declare function basicAuthorization({ username, password }: Credentials): string;
