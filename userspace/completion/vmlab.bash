# SPDX-License-Identifier: GPL-2.0
# bash completion for vmlab(8). The tool itself says what there is.

_vmlab_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# The last of a list "a,b,c" is what is being completed.
_vmlab_list()
{
	local done=""

	[[ $2 == *,* ]] && done="${2%,*},"
	mapfile -t COMPREPLY < <(compgen -P "$done" -W "$1" -- "${2##*,}")
	compopt -o nospace 2>/dev/null
}

_vmlab_pids()
{
	local dir pids="self"

	for dir in /proc/[0-9]*; do
		pids+=" ${dir##*/}"
	done
	_vmlab_words "$pids" "$1"
}

# The first column of a table that the tool prints, without its head.
_vmlab_column()
{
	vmlab "$@" 2>/dev/null | awk 'NR > 1 { print $1 }'
}

# What may stand after the words so far: a PID, a cache and so on.
_vmlab_argument()
{
	local word=$1
	shift

	case "$*" in
	walk\ * | "addr "*) [[ $# -eq 2 ]] || return ;;&
	walk\ *) _vmlab_words "all" "$word" ;;
	"buddy free" | "frames") _vmlab_words "all" "$word" ;;
	trace) _vmlab_pids "$word"; COMPREPLY+=("all") ;;
	object) _vmlab_words "$(_vmlab_column objects)" "$word" ;;
	"slab alloc" | "slab show" | "slab destroy" | "slab shrink")
		_vmlab_words "$(_vmlab_column slab list)" "$word" ;;
	"session end")
		_vmlab_words "$(_vmlab_column session list)" "$word" ;;
	walk | areas | census | explain | segments | space | verify | \
	collapse | split | "addr "* | kernel | "kernel "*)
		_vmlab_pids "$word" ;;
	esac
}

_vmlab()
{
	local word="${COMP_WORDS[COMP_CWORD]}"
	local before="${COMP_WORDS[COMP_CWORD - 1]}"
	local words=() values next i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--json | --pretty | --color* | --help | --version | --code | \
		--pages | --trace | --unchecked | --drain | --shadow | \
		--private | --hold | --huge) ;;
		--*) ((i++)) ;;
		-*) ;;
		*) words+=("${COMP_WORDS[i]}") ;;
		esac
	done

	if [[ $before == --file ]]; then
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
	fi
	if [[ $before == --* ]]; then
		values=$(vmlab --complete "${words[@]}" "$before" 2>/dev/null)
		if [[ -n $values ]]; then
			_vmlab_list "$values" "$word"
			return
		fi
	fi
	# Options, and the words that a command of several words goes on with.
	next=$(vmlab --complete "${words[@]}" 2>/dev/null)
	if [[ $word == -* ]]; then
		_vmlab_words "$next" "$word"
		return
	fi
	_vmlab_words "$(grep -v '^-' <<<"$next")" "$word"
	[[ ${#COMPREPLY[@]} -gt 0 ]] || _vmlab_argument "$word" "${words[@]}"
}

complete -F _vmlab vmlab
