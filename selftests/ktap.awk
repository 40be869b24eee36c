# SPDX-License-Identifier: GPL-2.0
#
# Judge the KTAP of one run. Input: the output of "guest" or of the host checks,
# where each program's lines stand between
#
#     ### begin NAME
#     ### end NAME STATUS SECONDS
#
# Variables: kernel, the kernel's name ("host" for the host checks); expected,
# the names of all programs that had to run; skips, the file of what may be
# skipped. Prints a line for each failure and skip, after a failure what the test
# had said, and at last
#
#     total PASSED FAILED SKIPPED
#
# A program passes if it printed a plan, as many results as planned, none of them
# a failure, not all of them skipped, and ended with status 0.

function fail(what,   i)
{
	print "FAILED " kernel " " what
	for (i = nr_said > 20 ? nr_said - 20 : 0; i < nr_said; i++)
		print "| " said[i]
	nr_said = 0
	failed++
}

# Is the skip of TEST in PROGRAM one that the list allows?
function is_allowed(program, test,   i)
{
	for (i = 1; i <= nr_allowed; i++)
		if (kernel ~ "^(" allowed[i, 1] ")$" &&
		    (program ":" test) ~ "^(" allowed[i, 2] ")$")
			return 1
	return 0
}

function read_skips(   line, word)
{
	while ((getline line < skips) > 0) {
		if (line ~ /^[ \t]*(#|$)/)
			continue
		split(line, word, /[ \t]+/)
		nr_allowed++
		allowed[nr_allowed, 1] = word[1]
		allowed[nr_allowed, 2] = word[2]
	}
}

function begin(name)
{
	program = name
	seen[name] = 1
	plan = -1
	nr_said = 0
	results = skipped_here = bad = 0
}

function result(line,   test, ok)
{
	ok = line ~ /^ok /
	test = line
	sub(/^(not )?ok *[0-9]*[ -]*/, "", test)
	results++
	if (!ok) {
		bad++
		fail(program ": " test)
	} else if (match(toupper(test), /# *SKIP/)) {
		skipped_here++
		sub(/ *# *[sS][kK][iI][pP].*/, "", test)
		if (is_allowed(program, test)) {
			print "skipped " kernel " " program ": " line
			skipped++
		} else {
			fail(program ": " line " (not in the list of skips)")
		}
	} else if (test ~ /# *(XFAIL|TODO)/) {
		bad++
		fail(program ": " line)
	} else {
		passed++
	}
	nr_said = 0
}

function end(status)
{
	if (plan < 0)
		fail(program ": printed no plan, ended with " status)
	else if (plan == 0)
		fail(program ": planned nothing")
	else if (results < plan)
		fail(program ": " plan - results " of " plan " results missing, ended with " status)
	else if (results > plan)
		fail(program ": more results than planned")
	else if (skipped_here == results)
		fail(program ": skipped all")
	else if (status != 0 && !bad)
		fail(program ": ended with " status)
	program = ""
}

BEGIN {
	read_skips()
	program = ""
}

{ sub(/\r$/, "") }

/^### begin / { if (program != "") end("nothing"); begin($3); next }
/^### end / { if (program != "") end($4); next }

program == "" { next }
/^1\.\.[0-9]+/ { if (plan < 0) plan = substr($1, 4) + 0; next }
/^(not )?ok( |$)/ { result($0); next }
/^Bail out!/ { bad++; fail(program ": " $0); next }
{ said[nr_said++] = $0 }

END {
	if (program != "")
		end("nothing")
	n = split(expected, name, " ")
	for (i = 1; i <= n; i++)
		if (!(name[i] in seen))
			fail(name[i] ": did not run")
	print "total " passed + 0, failed + 0, skipped + 0
}
