# Prints each argument as the shell itself writes it, in three records: the encoder, what "0" becomes, what the secret becomes. Each record
# ends with the byte 036, which no secret has.
each() { # NAME FUNCTION SECRET...
	name=$1 encode=$2
	shift 2
	for secret; do printf '%s\036%s\036%s\036' "$name" "$($encode 0)" "$($encode "$secret")"; done
}
exported() { (SECRET=$1; export SECRET; export -p | sed -n '/SECRET=/,/^\(export\|declare\)/p' | grep -v -e OLDPWD -e PWD=); }
traced() { (set -x; : "$1") 2>&1; }
traced_assignment() { (set -x; secret=$1) 2>&1; }
encoded() { printf %s "$1" | base64; }
each "export -p" exported "$@"
each "set -x" traced "$@"
each "set -x of an assignment" traced_assignment "$@"
each base64 encoded "$@"
if [ -n "${BASH_VERSION:-}" ]; then
	quoted() { printf %q "$1"; }
	quoted_in_c() { LC_ALL=C; printf %q "$1"; }
	declared() { local secret=$1; declare -p secret; }
	. "$(dirname "$0")/encode.bash"
	each "printf %q" quoted "$@"
	each "printf %q in C" quoted_in_c "$@"
	each "declare -p" declared "$@"
	each "declare -p of an array" declared_array "$@"
	each "@Q" at_q "$@"
	each "@A" at_a "$@"
	each "set -x in C" traced_in_c "$@"
	each "select by printf -v" through_variable "$@"
fi
