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

_vmlab()
{
	local word="${COMP_WORDS[COMP_CWORD]}"
	local before="${COMP_WORDS[COMP_CWORD - 1]}"
	local command="" arguments=0 values i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--state | --size | --flag | --no-flag | --cpu) ((i++)) ;;
		-*) ;;
		*)
			if [[ -z $command ]]; then
				command=${COMP_WORDS[i]}
			else
				((arguments++))
			fi
			;;
		esac
	done

	if [[ $before == --* && $before != --cpu ]]; then
		values=$(vmlab --complete "${command:--}" "$before" 2>/dev/null)
		if [[ -n $values ]]; then
			_vmlab_list "$values" "$word"
			return
		fi
	fi
	if [[ $word == -* ]]; then
		_vmlab_words "$(vmlab --complete "${command:--}" 2>/dev/null)" "$word"
	elif [[ -z $command ]]; then
		_vmlab_words "$(vmlab --complete 2>/dev/null)" "$word"
	elif [[ $command == addr && $arguments -eq 1 ]]; then
		_vmlab_pids "$word"
	elif [[ $command == walk && $arguments -eq 1 ]]; then
		_vmlab_words "all" "$word"
	elif [[ $command == kernel || $arguments -eq 0 ]] &&
	     [[ $command != addr && $command != info ]]; then
		_vmlab_pids "$word"
	fi
}

complete -F _vmlab vmlab
