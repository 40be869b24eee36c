// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of object caches. Without arguments it lists them, with a name it
 * runs one.
 */
#include <string.h>

#include <linux/err.h>
#include <linux/slab.h>

#include "slab.h"
#include "slab_unit.h"

#define FRAMES	1024

/* Takes objects until there is none; returns how many. */
static u32 take_all(struct vml_cache *cache, void **objects, u32 most)
{
	u32 nr = 0;

	while (nr < most &&
	       (objects[nr] = vml_cache_alloc(cache, VML_REQ_KERNEL)))
		nr++;
	return nr;
}

static void give_all(struct vml_cache *cache, void **objects, u32 nr)
{
	while (nr--)
		must(!vml_cache_free(cache, objects[nr]));
}

/* === What a cache is like === */

static int create(const char *name, u32 size, u32 align, u32 flags,
		  void (*ctor)(void *object))
{
	struct vml_cache_config config = { name, size, align, flags, ctor };
	struct vml_cache *cache = vml_cache_create(&config);

	return IS_ERR(cache) ? PTR_ERR(cache) : vml_cache_destroy(cache);
}

static void nothing(void *object)
{
	(void)object;
}

static void configs(void)
{
	slab_start(FRAMES, 2, 0);
	must(create(NULL, 8, 0, 0, NULL) == -EINVAL);
	must(create("", 8, 0, 0, NULL) == -EINVAL);
	must(create("a b", 8, 0, 0, NULL) == -EINVAL);
	must(create("caf\303\251", 8, 0, 0, NULL) == -EINVAL);
	must(create("of-thirty-two-bytes-which-is-one", 8, 0, 0, NULL) ==
	     -EINVAL);
	must(!create("of_thirty.one-bytes_which.is-ok", 8, 0, 0, NULL));
	must(create("size-8", 8, 0, 0, NULL) == -EEXIST);
	must(create("a", 0, 0, 0, NULL) == -EINVAL);
	must(create("a", 8193, 0, 0, NULL) == -EINVAL);
	must(!create("a", 8192, 4096, VML_CACHE_FLAGS, NULL));
	must(!create("a", 1, 1, 0, NULL));
	must(create("a", 8, 3, 0, NULL) == -EINVAL);
	must(create("a", 8, 8192, 0, NULL) == -EINVAL);
	must(create("a", 8, 0, VML_CACHE_FLAGS + 1, NULL) == -EINVAL);
	must(create("a", 8, 0, VML_CACHE_POISON, nothing) == -EINVAL);
	must(!create("a", 8, 0, VML_CACHE_REDZONE, nothing));
	slab_end();
	must(create("a", 8, 0, 0, NULL) == -EINVAL);
	must(!vml_kmalloc(8, VML_REQ_KERNEL));
}

/* Each object in its place, aligned, and no two in one; little is wasted. */
static void check_layout(u32 size, u32 align, u32 flags)
{
	struct vml_cache_config config = { "layout", size, align, flags, NULL };
	struct vml_cache *cache = vml_cache_create(&config);
	struct vml_cache_info info;
	static void *objects[1024];
	struct vml_slab_object object;
	u32 i;

	must(!IS_ERR(cache));
	info = slab_info(cache);
	must(info.order <= 3 && info.per_slab && info.per_slab < 1023);
	must(info.stride >= size && info.colours);
	must(take_all(cache, objects, info.per_slab) == info.per_slab);
	for (i = 0; i < info.per_slab; i++) {
		must(!((uintptr_t)objects[i] % info.align));
		memset(objects[i], i, size);
		must(!vml_slab_locate(objects[i] + size - 1, &object));
		must(object.address == objects[i] && object.live);
		must(object.cache == cache);
	}
	for (i = 0; i < info.per_slab; i++)
		must(*(unsigned char *)objects[i] == (unsigned char)i &&
		     !memcmp(objects[i], objects[i] + 1, size - 1));
	must(!vml_slab_check(VML_CHECK_GUARDS));
	give_all(cache, objects, info.per_slab);
	must(!vml_cache_destroy(cache));
	must(!slab_reports());
}

static void layouts(void)
{
	u32 size, align, flags;

	slab_start(FRAMES, 1, 0);
	for (size = 1; size <= 8192; size += 1 + size / 5)
		for (align = 1; align <= 4096; align *= 8)
			for (flags = 0; flags <= VML_CACHE_DEBUG; flags++)
				check_layout(size, align, flags);
	check_layout(8192, 4096, VML_CACHE_DEBUG);
	check_layout(8192, 0, VML_CACHE_DMA);
	slab_end();
}

static void generic(void)
{
	struct vml_cache_info info[23];
	unsigned int i;
	size_t size;
	void *p;

	slab_start(FRAMES, 2, 0);
	must(vml_cache_list(0, info, 23) == 22);
	for (i = 0; i < 22; i++) {
		u32 bytes = (4096 << info[i].order) -
			    info[i].per_slab * info[i].stride;

		/* An eighth goes to waste, but where links are as large. */
		must(info[i].size == 8U << i % 11);
		must(info[i].size == 8 || bytes * 8 <= 4096U << info[i].order);
	}
	must(!strcmp(info[3].name, "size-64"));
	must(!strcmp(info[21].name, "size-8192-dma"));
	must(vml_cache_list(20, info, 23) == 2);
	must(vml_cache_list(30, info, 23) == 0);
	must(!vml_kmalloc(0, VML_REQ_KERNEL));
	must(!vml_kmalloc(8193, VML_REQ_KERNEL));
	must(!vml_kfree(NULL));
	for (size = 1; size <= 8192; size++) {
		size_t fits = 8;

		while (fits < size)
			fits *= 2;
		p = vml_kmalloc(size, VML_REQ_KERNEL);
		must(vml_ksize(p) == fits);
		memset(p, 1, fits);
		must(!vml_kfree(p));
	}
	must(vml_ksize(&size) == 0);
	must(vml_ksize(NULL) == 0);
	slab_end();
}

static void dma(void)
{
	struct vml_cache_info info;
	void *p;

	slab_start(FRAMES, 2, 0);
	p = vml_kmalloc(100, VML_REQ(VML_DMA, VML_UNMOVABLE));
	must(p && vml_frame_zone(vml_address_frame(p))->type == VML_DMA);
	must(!vml_cache_find("size-128-dma", &info));
	must(info.live == 1 && !info.cached && info.flags == VML_CACHE_DMA);
	must(!vml_kfree(p));
	p = vml_kmalloc(100, VML_REQ_KERNEL);
	must(p && vml_frame_zone(vml_address_frame(p))->type == VML_NORMAL);
	must(!vml_kfree(p));
	must(vml_cache_find("size-100", &info) == -ENOENT);
	slab_end();
}

static void colours(void)
{
	struct vml_cache *cache;
	unsigned long seen = 0;
	struct vml_cache_info info;
	static void *objects[64];
	u32 i;

	slab_start(FRAMES, 1, 0);
	cache = slab_cache("colours", 1000, 0);
	info = slab_info(cache);
	must(info.colours > 1 && info.colours < 64 && info.per_slab < 8);
	for (i = 0; i < info.colours * info.per_slab; i++) {
		objects[i] = vml_cache_alloc(cache, VML_REQ_KERNEL);
		if (i % info.per_slab == 0)
			seen |= BIT((uintptr_t)objects[i] % 4096 / 64);
	}
	/* Each slab of a round starts at another line. */
	must(__builtin_popcountl(seen) == (int)info.colours);
	give_all(cache, objects, i);
	slab_end();
}

static unsigned int constructed;

static void construct(void *object)
{
	must(!standin_locks);
	*(u64 *)object = 42;
	constructed++;
}

static void constructor(void)
{
	struct vml_cache_config config = {
		.name = "constructed", .size = 64, .ctor = construct
	};
	struct vml_cache *cache;
	u64 *object;

	slab_start(FRAMES, 1, 0);
	cache = vml_cache_create(&config);
	must(!constructed);
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(constructed == slab_info(cache).per_slab && *object == 42);
	must(!vml_cache_alloc(cache, VML_REQ_KERNEL | VML_REQ_ZERO));
	must(!vml_cache_free(cache, object));
	slab_end();
}

static void zeroed(void)
{
	struct vml_cache *plain, *watched;
	unsigned char *p;
	u32 i;

	slab_start(FRAMES, 1, 0);
	plain = slab_cache("plain", 100, 0);
	watched = slab_cache("watched", 100, VML_CACHE_DEBUG);
	for (i = 0; i < 200; i++) {
		struct vml_cache *cache = i % 2 ? plain : watched;

		p = vml_cache_alloc(cache, VML_REQ_KERNEL | VML_REQ_ZERO);
		must(!p[0] && !memcmp(p, p + 1, 99));
		memset(p, 0xff, 100);
		must(!vml_cache_free(cache, p));
	}
	slab_end();
}

/* What others left in the frames is not for who reads a watched object. */
static void unread_in(u32 flags, unsigned char wanted)
{
	unsigned char *object;
	struct vml_cache *cache;
	u32 i;

	slab_start(FRAMES, 1, 0);
	memset(slab_memory, 0xa5, slab_bytes);
	cache = slab_cache("watched", 100, flags);
	for (i = 0; i < 2 * slab_info(cache).per_slab; i++) {
		object = vml_cache_alloc(cache, VML_REQ_KERNEL);
		must(object[0] == wanted && !memcmp(object, object + 1, 99));
	}
	must(slab_abandon() == i);
}

static void unread(void)
{
	unread_in(VML_CACHE_REDZONE, 0);
	unread_in(VML_CACHE_OWNER, 0);
	unread_in(VML_CACHE_DEBUG, 0x6b);
}

/* === Where objects come from and go to === */

static void magazines(void)
{
	struct vml_cache_info info;
	struct vml_cache *cache;
	void *objects[100], *last;
	u32 i;

	slab_start(FRAMES, 2, 0);
	cache = slab_cache("magazines", 64, 0);
	last = vml_cache_alloc(cache, VML_REQ_KERNEL);
	info = slab_info(cache);
	must(info.cached == 15 && info.live == 1 && info.refills == 2);
	must(info.slabs_partial == 1 && info.free == info.per_slab - 16);
	must(!vml_cache_free(cache, last));
	/* The last freed is the first allocated; on another CPU another is. */
	must(vml_cache_alloc(cache, VML_REQ_KERNEL) == last);
	standin_cpu = 1;
	must(take_all(cache, objects, 100) == 100);
	give_all(cache, objects, 100);
	info = slab_info(cache);
	must(info.cached <= 15 + 32 && info.flushes);
	must(info.live == 1 && info.allocs == 102 && info.frees == 101);
	vml_slab_drain_cpu(1);
	must(slab_info(cache).cached == 15);
	standin_cpu = 0;
	for (i = 0; i < 100; i++) {
		must(last && !vml_cache_free(cache, last));
		last = vml_cache_alloc(cache, VML_REQ_KERNEL);
	}
	must(!vml_cache_free(cache, last));
	must(!vml_slab_check(VML_CHECK_GUARDS));
	must(vml_cache_shrink(cache) == 2);
	info = slab_info(cache);
	must(!info.cached && !info.live && !info.free && !info.slabs_empty);
	must(info.grown == info.reaped);
	slab_end();
}

/* Slabs with both come first, and few empty ones are kept. */
static void lists(void)
{
	struct vml_cache_info info;
	struct vml_cache *cache;
	void *objects[64], *p;
	u32 per, i;

	slab_start(FRAMES, 1, 0);
	cache = slab_cache("lists", 500, VML_CACHE_OWNER);
	per = slab_info(cache).per_slab;
	must(take_all(cache, objects, per * 5) == per * 5);
	must(slab_info(cache).slabs_full == 5);
	for (i = 0; i < per; i++)
		must(!vml_cache_free(cache, objects[i]));
	must(!vml_cache_free(cache, objects[2 * per]));
	info = slab_info(cache);
	must(info.slabs_empty == 1 && info.slabs_partial == 1 &&
	     info.slabs_full == 3);
	p = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(p == objects[2 * per]);
	for (i = per; i < 5 * per; i++)
		must(!vml_cache_free(cache, objects[i]));
	info = slab_info(cache);
	must(info.slabs_empty == 2 && info.grown == 5 && info.reaped == 3);
	must(vml_cache_shrink(cache) == 2U << info.order);
	slab_end();
}

/* All memory goes to one cache; then to another, after it was given back. */
static void exhausted(void)
{
	static void *objects[FRAMES * 8];
	struct vml_cache *one, *other;
	u32 nr, i;

	slab_start(128, 2, 0);
	one = slab_cache("one", 1024, 0);
	other = slab_cache("other", 2048, VML_CACHE_DEBUG);
	nr = take_all(one, objects, FRAMES * 8);
	must(nr > 128 * 3 && nr <= (128 + 64) * 4);
	must(!vml_cache_alloc(other, VML_REQ_KERNEL));
	/* What lies in the magazine of another CPU is found. */
	standin_cpu = 1;
	must(!vml_cache_free(one, objects[0]));
	standin_cpu = 0;
	objects[0] = vml_cache_alloc(one, VML_REQ_KERNEL);
	must(objects[0]);
	for (i = 0; i < nr; i++)
		must(!vml_cache_free(one, objects[i]));
	must(vml_slab_shrink());
	must(!slab_info(one).slabs_empty);
	nr = take_all(other, objects, FRAMES * 8);
	must(nr > 128);
	give_all(other, objects, nr);
	must(!vml_slab_check(VML_CHECK_GUARDS));
	slab_end();
}

/* A request for frames makes caches give back what they do not need. */
static void pressed(void)
{
	static struct vml_frame *frames[256];
	void *objects[100];
	u32 nr = 0, held;

	slab_start(128, 1, 0);
	pool_cache(0, 0);
	for (held = 0; held < 100; held++)
		objects[held] = vml_kmalloc(256, VML_REQ_KERNEL);
	while (held--)
		must(!vml_kfree(objects[held]));
	must(pool_free() < 192);
	while ((frames[nr] = vml_alloc(0, VML_REQ_KERNEL | VML_REQ_RECLAIM |
					  VML_REQ_RECLAIMER)))
		nr++;
	must(nr == 192);
	while (nr--)
		vml_free(frames[nr], 0);
	slab_end();
}

static void busy(void)
{
	struct vml_cache_info info;
	struct vml_cache *cache;
	void *object;

	slab_start(FRAMES, 2, 0);
	cache = slab_cache("busy", 64, 0);
	object = vml_cache_alloc(cache, VML_REQ_KERNEL);
	must(vml_cache_destroy(cache) == -EBUSY);
	must(!vml_cache_find("busy", &info) && info.live == 1);
	must(!vml_cache_free(cache, object));
	must(!vml_cache_destroy(cache));
	must(vml_cache_find("busy", &info) == -ENOENT);
	object = vml_kmalloc(8, VML_REQ_KERNEL);
	cache = vml_address_frame(object)->owner;
	must(!strcmp(vml_cache_name(cache), "size-8"));
	must(!vml_kfree(object));
	must(vml_cache_destroy(cache) == -EPERM);
	cache = slab_cache("leaks", 64, VML_CACHE_DEBUG);
	must(vml_cache_alloc(cache, VML_REQ_KERNEL));
	must(vml_kmalloc(8, VML_REQ_KERNEL));
	must(vml_kmalloc(8192, VML_REQ_KERNEL));
	must(slab_abandon() == 3);
}

/* Each allocation of memory for descriptions may fail. */
static void no_memory(void)
{
	struct vml_cache_config config = { .name = "none", .size = 64 };

	slab_start(FRAMES, 2, 0);
	standin_memory = 0;
	must(vml_cache_create(&config) == ERR_PTR(-ENOMEM));
	standin_memory = 1;
	must(vml_cache_create(&config) == ERR_PTR(-ENOMEM));
	standin_memory = -1;
	must(!vml_slab_fini());
	must(vml_slab_init(0) == -EINVAL);
	for (standin_memory = 0; standin_memory < 33; ) {
		long before = standin_memory;

		must(vml_slab_init(2) == -ENOMEM);
		must(!vml_slab_fini());
		standin_memory = before + 1;
	}
	must(!vml_slab_init(2));
	must(!standin_memory);
	standin_memory = -1;
	slab_end();
}

/* A pool whose frames the kernel does not see has none for objects. */
static void no_addresses(void)
{
	static const struct vml_extent extents[] = {
		{ .pfn = 0, .nr = 64, .zone = VML_NORMAL },
	};

	int own;

	pool_start(extents, 1, 1, 0, 0);
	must(!vml_slab_init(1));
	must(!vml_kmalloc(8, VML_REQ_KERNEL));
	must(vml_kfree(&own) == -EINVAL);
	must(!vml_slab_fini());
	pool_end();
}

#define TEST(name)	{ #name, name }

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	TEST(configs), TEST(layouts), TEST(generic), TEST(dma), TEST(colours),
	TEST(constructor), TEST(zeroed), TEST(unread), TEST(magazines),
	TEST(lists),	TEST(exhausted), TEST(pressed), TEST(busy), TEST(no_memory),
	TEST(no_addresses), TEST(overruns), TEST(underruns), TEST(doubles),
	TEST(used), TEST(foreign), TEST(owners), TEST(given_back),
	TEST(slab_damages), TEST(broken_links),
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		if (argc < 2) {
			puts(tests[i].name);
		} else if (!strcmp(argv[1], tests[i].name)) {
			tests[i].run();
			return 0;
		}
	}
	return argc > 1;
}
