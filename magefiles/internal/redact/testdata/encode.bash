# What other shells cannot parse.
at_q() { printf %s "${1@Q}"; }
at_a() { local secret=$1; printf %s "${secret@A}"; }
traced_in_c() { (LC_ALL=C; set -x; : "$1") 2>&1; }
through_variable() { local quoted; printf -v quoted %q "$1"; printf '%s' "sh -c $quoted"; }
declared_array() { local secret=(a "$1"); declare -p secret; }
