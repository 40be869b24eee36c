#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Programs that know nothing of vmlab, on /dev/vmlab: what each needs for it is
# said where it is run.

set -u
built=${OUTPUT:-$(cd "$(dirname "$0")" && pwd)/../build/selftests}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=/dev/null
. "${KSRC:?}/tools/testing/selftests/kselftest/ktap_helpers.sh"

# quietly COMMAND…: run it, and show what it printed if it fails
quietly()
{
	"$@" >"$dir/out" 2>&1 </dev/null && return
	echo "# $*: status $?"
	tail -n 12 "$dir/out" | sed 's/^/# /'
	return 1
}

# memtester maps physical memory through a device, and says so: -p is the offset
# to map, from which on vmlab's memory is zeroes like any. It locks it, which
# Linux lets pass, and grows it by mapping it; no set-up is needed.
memtester_runs()
{
	MEMTESTER_TEST_MASK=0x203 quietly memtester -p 0 -d /dev/vmlab 256K 1 ||
		return
	grep -q "Done" "$dir/out" && ! grep -q "FAILURE" "$dir/out"
}

# Opens the device again and again, maps it, and asks for whatever a device may
# know of; it takes the name of one. Its stressors of mmap() map files that they
# make themselves, and cannot be told of another.
stress_device()
{
	quietly stress-ng --dev 2 --dev-file /dev/vmlab --dev-ops 8 --timeout 60 &&
		! grep -q "fail" "$dir/out"
}

# Python asks fstat() how long a file is, which says nothing of a device: so the
# length must be given. For the same reason resize() cannot be had: it would call
# ftruncate().
python_maps()
{
	quietly python3 - <<'END'
import mmap, os, sys

fd = os.open("/dev/vmlab", os.O_RDWR)
# fstat() of a device says nothing of its size, so that it must be given.
shared = mmap.mmap(fd, 1 << 20)
assert len(shared) == 1 << 20 and shared[:16] == bytes(16)
shared[4090:4102] = b"across pages"
assert shared.find(b"across") == 4090 and shared.rfind(b"pages") == 4097
shared.move(1 << 19, 4090, 12)
assert shared[1 << 19:(1 << 19) + 12] == b"across pages"
shared.seek(100)
shared.write(b"file")
shared.seek(100)
assert shared.read(4) == b"file" and shared.tell() == 104
shared.flush()
shared.madvise(mmap.MADV_DONTNEED)
assert shared[4090:4102] == b"across pages"
assert os.pread(fd, 12, 4090) == b"across pages"

private = mmap.mmap(fd, 1 << 20, mmap.MAP_PRIVATE)
private[4090:4096] = b"hidden"
assert shared[4090:4096] == b"across"

if not os.fork():
    shared[0:5] = b"child"
    os._exit(0)
assert os.wait()[1] == 0 and shared[0:5] == b"child"

reader = mmap.mmap(fd, 1 << 20, prot=mmap.PROT_READ)
assert reader[0:5] == b"child"
try:
    reader[0] = 1
    sys.exit("written through a mapping that is read only")
except TypeError:
    pass
for m in shared, private, reader:
    m.close()
END
}

# The size must be given, as the device has none. To verify what it wrote, fio
# opens its file once more, and each open is of another memory: so it is only asked
# to read and write.
fio_reads_and_writes()
{
	quietly fio --name=vmlab --filename=/dev/vmlab --ioengine=mmap --size=1M \
		--bs=4k --rw=randrw --norandommap --number_ios=256 --thread &&
		grep -q "err= 0" "$dir/out" &&
		grep -q "issued rwts: total=[1-9][0-9]*,[1-9]" "$dir/out"
}

# With a file behind the memory, fio can look at what it wrote: each memory that it
# opens is of that file. As it knows only names, it opens the file by preload.so.
# It must not make the file anew, nor call fallocate(), which a device has not.
fio_verifies_a_file()
{
	dd if=/dev/zero of="$dir/file" bs=64k count=16 status=none
	VMLAB_FILE=$dir/file LD_PRELOAD=$built/preload.so \
		quietly fio --name=vmlab --filename="$dir/file" --ioengine=mmap \
		--size=1M --bs=4k --rw=randwrite --verify=crc32c --fallocate=none \
		--overwrite=1 --thread &&
		grep -q "err= 0" "$dir/out" &&
		grep -q "issued rwts: total=256,256" "$dir/out" || return
	# What it wrote is in the file.
	! cmp -s "$dir/file" <(head -c 1M /dev/zero)
}

# A process that maps a memory and ends when it finds something else there.
map_and_wait()
{
	exec python3 - "$dir/address" <<'END'
import ctypes, mmap, os, sys, time

fd = os.open("/dev/vmlab", os.O_RDWR)
memory = mmap.mmap(fd, 1 << 16)
memory[0:8] = b"to read\0"
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
with open(sys.argv[1] + ".new", "w") as file:
    file.write(str(address))
os.rename(sys.argv[1] + ".new", sys.argv[1])
while memory[8192:8199] != b"written":
    time.sleep(0.01)
END
}

# With what Linux gives any debugger; see vm_ops->access.
gdb_reads_and_writes()
{
	local pid address status=0
	map_and_wait &
	pid=$!
	while [ ! -e "$dir/address" ] && kill -0 $pid; do
		sleep 0.1
	done
	address=$(<"$dir/address")
	quietly gdb -nx -batch -iex "set auto-load no" -p $pid \
		-ex "set auto-solib-add off" \
		-ex "printf \"<%s>\\n\", (char *)$address" \
		-ex "set var *(char (*)[8])($address + 8192) = \"written\"" ||
		status=1
	grep -q "<to read>" "$dir/out" || status=1
	[ $status = 0 ] || kill $pid
	wait $pid || status=1
	return $status
}

set -- memtester_runs stress_device python_maps fio_reads_and_writes \
	fio_verifies_a_file gdb_reads_and_writes

ktap_print_header
ktap_set_plan $#
for name; do
	if $name; then
		ktap_test_pass "$name"
	else
		ktap_test_fail "$name"
	fi
done
ktap_finished
