/** The first line of a shell script that stands in for `ssh`: tells its version, as every run asks first. */
export const TELLS_VERSION = 'case " $* " in *" -V "*) echo OpenSSH_9.2p1 >&2; exit 0;; esac';
