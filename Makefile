# SPDX-License-Identifier: GPL-2.0
#
# vmlab: the module for one kernel, and the tools. `make help` lists targets.
#
# KDIR   headers of the kernel to build for
# KVER   its release, where the headers are where distributions put them
# KSRC   full kernel source, for what headers lack (checkpatch, selftests)

KVER	?= $(shell uname -r)
KDIR	?= /lib/modules/$(KVER)/build
PREFIX	?= /usr/local
DESTDIR	?=
VERSION	:= $(shell sed -n 's/^.define VMLAB_VERSION	"\(.*\)"/\1/p' include/vmlab/version.h)
SUDO	:= $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: all modules tools install uninstall load unload sources \
	dkms-install dkms-remove demo check bench clean help

all: modules tools

modules:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tools:
	selftests/vm/packages build
	$(MAKE) -C userspace O=$(CURDIR)/build

install: tools
	$(MAKE) -C userspace O=$(CURDIR)/build DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) install

uninstall:
	$(MAKE) -C userspace O=$(CURDIR)/build DESTDIR=$(DESTDIR) PREFIX=$(PREFIX) uninstall

load: modules
	$(SUDO) insmod vmlab.ko $(PARAMS)

unload:
	$(SUDO) rmmod vmlab

# DKMS builds the module anew for each kernel that is installed.
sources:
	$(SUDO) rm -rf $(DESTDIR)/usr/src/vmlab-$(VERSION)
	$(SUDO) mkdir -p $(DESTDIR)/usr/src/vmlab-$(VERSION)
	tar -c --exclude='*.o' --exclude='*.cmd' --exclude='*.ko' --exclude='*.mod' --exclude='*.mod.c' \
		module include uapi Kbuild Makefile COPYING dkms.conf | \
		$(SUDO) tar -x -C $(DESTDIR)/usr/src/vmlab-$(VERSION)

dkms-install: sources
	$(SUDO) dkms install vmlab/$(VERSION)

dkms-remove:
	$(SUDO) dkms remove vmlab/$(VERSION) --all
	$(SUDO) rm -rf $(DESTDIR)/usr/src/vmlab-$(VERSION)

demo:
	selftests/demo

check:
	selftests/run

bench:
	selftests/bench/run

clean:
	$(MAKE) -C userspace O=$(CURDIR)/build clean
	find . -path ./.git -prune -o \( -name '*.o' -o -name '.*.cmd' -o -name '*.ko' \
		-o -name '*.mod' -o -name '*.mod.c' -o -name '.*.d' \) -type f -exec rm -f {} +
	rm -rf build Module.symvers modules.order

help:
	@echo 'modules       vmlab.ko for the running kernel; KVER=... or KDIR=... for another'
	@echo 'tools         the vmlab command and its library, in build/'
	@echo 'install       install the tools, manual pages and completion (PREFIX=$(PREFIX))'
	@echo 'uninstall     take them away'
	@echo 'load          insmod the module into the running kernel (PARAMS=...)'
	@echo 'unload        rmmod it'
	@echo 'dkms-install  hand the module to DKMS, which builds it for each kernel'
	@echo 'dkms-remove   take it from DKMS'
	@echo 'demo          boot a virtual machine and show vmlab at work there'
	@echo 'check         all tests, on every kernel, in virtual machines'
	@echo 'bench         count the instructions of each operation, beside Linux'
	@echo 'clean         delete what was built'
	@echo
	@echo 'C=2 W=1       check the module with sparse and all of gcc'\''s warnings'
