# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A private apt: the machine's own Debian mirrors and keys, under other suite
# names, with configuration, lists and downloads kept in the cache. Nothing
# outside the cache is changed and nothing is installed.

# Suites beyond the machine's own: where the newer kernels are.
APT_EXTRA_SUITES=(trixie-backports)
# Lists older than this many minutes are refreshed before they are used.
APT_MAX_AGE=1440

APT_DIR=$CACHE/apt

# Print the name of the machine's own release of Debian.
codename()
{
	# shellcheck source=/dev/null
	(. /etc/os-release && echo "${VERSION_CODENAME:?}")
}

# Print the machine's one-line sources in deb822 form.
one_line_sources()
{
	local file
	for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
		[ -r "$file" ] || continue
		awk '
			$1 != "deb" { next }
			{
				sub(/#.*/, "")
				options = ""
				if (match($0, /\[[^]]*\]/)) {
					options = substr($0, RSTART + 1, RLENGTH - 2)
					sub(/\[[^]]*\]/, "")
				}
				print "Types: deb\nURIs: " $2 "\nSuites: " $3
				printf "Components:"
				for (i = 4; i <= NF; i++)
					printf " %s", $i
				print ""
				n = split(options, option)
				for (i = 1; i <= n; i++)
					if (sub(/^signed-by=/, "Signed-By: ", option[i]) ||
					    sub(/^trusted=/, "Trusted: ", option[i]))
						print option[i]
				print ""
			}' "$file"
	done
}

deb822_sources()
{
	local file
	for file in /etc/apt/sources.list.d/*.sources; do
		[ -r "$file" ] || continue
		grep -v '^#' "$file"
		echo
	done
}

# Print the machine's Debian sources as they are, and again for each wanted
# suite: the stanza of the main archive with the suite's name replaced.
private_sources()
{
	{ one_line_sources; deb822_sources; } |
	awk -v RS= -v ORS='\n\n' -v codename="$(codename)" \
	    -v extra="$(codename)-backports ${APT_EXTRA_SUITES[*]}" '
		{
			suites = ""
			for (i = split($0, line, "\n"); i > 0; i--)
				if (line[i] ~ /^Suites:/)
					suites = substr(line[i], 8) " "
			if (/\nEnabled: *no/ || suites !~ "[ \t]" codename "[- /]")
				next
			print
			if (suites !~ "[ \t]" codename "[ \t]")
				next
			sub(/(^|\n)Suites:[^\n]*/, "\nSuites: " extra)
			sub(/^\n/, "")
			print
		}'
}

write_apt_config()
{
	mkdir -p "$APT_DIR"/{lists/partial,archives/partial,none}
	private_sources >"$APT_DIR/debian.sources"
	[ -s "$APT_DIR/debian.sources" ] ||
		die "found no Debian archive in this machine's apt sources"
	{
		# How to reach the archive (proxies, checks) is the machine's
		# business; its hooks and pins are not ours.
		apt-config dump | grep '^Acquire::'
		cat <<-END
		Dir::State "$APT_DIR";
		Dir::State::lists "$APT_DIR/lists";
		Dir::State::status "$APT_DIR/status";
		Dir::Cache "$APT_DIR";
		Dir::Cache::archives "$APT_DIR/archives";
		Dir::Etc::main "/dev/null";
		Dir::Etc::parts "$APT_DIR/none";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "$APT_DIR/none";
		Dir::Etc::sourcelist "/dev/null";
		Dir::Etc::sourceparts "$APT_DIR/sources";
		Acquire::Languages "none";
		APT::Sandbox::User "root";
		END
	} >"$APT_DIR/apt.conf"
	: >"$APT_DIR/status"
	mkdir -p "$APT_DIR/sources"
	mv "$APT_DIR/debian.sources" "$APT_DIR/sources/"
}

private_apt()
{
	local tool=$1
	shift
	APT_CONFIG=$APT_DIR/apt.conf "$tool" "$@"
}

lists_are_fresh()
{
	[ -n "$(find "$APT_DIR/updated" -mmin "-$APT_MAX_AGE" 2>/dev/null)" ]
}

# Bring the private lists up to date. It is enough that the archive answered: it
# may lack a suite, and so may others that the machine's sources name. A failure
# is not tried again for an hour, so that work without a network goes on quickly.
update_lists()
{
	local output
	say "reading the package lists"
	write_apt_config
	output=$(private_apt apt-get -q update 2>&1) || true
	if ! grep -qE "^(Get|Hit):.* $(codename) (In)?Release" <<<"$output"; then
		grep '^[EW]:' <<<"$output" >&2
		touch -d "-$((APT_MAX_AGE - 60)) minutes" "$APT_DIR/updated"
		return 1
	fi
	touch "$APT_DIR/updated"
}

# Print "PACKAGE VERSION" for every version of the packages NAME… on offer.
versions()
{
	private_apt apt-cache madison "$@" |
		awk -F ' *[|] *' '{ sub(/^ */, "", $1); print $1, $2 }'
}

# The same for all packages whose name starts with PREFIX and matches the
# extended expression PATTERN, oldest first.
offered()
{
	local prefix=$1 pattern=$2 names
	mapfile -t names < <(private_apt apt-cache pkgnames "$prefix" |
			     grep -xE "$pattern")
	[ ${#names[@]} -gt 0 ] || return
	versions "${names[@]}" | sort -u | sort -k2,2V
}

# Is PACKAGE on offer in exactly this VERSION?
is_offered()
{
	versions "$1" | grep -xF "$1 $2" >/dev/null
}

# Download PACKAGE=VERSION… and unpack them under DIRECTORY; install nothing.
unpack_packages()
{
	local dir=$1 debs deb status=0
	shift
	debs=$(scratch_dir)
	say "downloading $*"
	(cd "$debs" && quietly private_apt apt-get -qq download "$@") || status=1
	for deb in "$debs"/*.deb; do
		[ $status = 0 ] || break
		dpkg-deb -x "$deb" "$dir" || status=1
	done
	rm -rf "$debs"
	return $status
}
